"""Resumable uploads to the stand-in Cloud Storage: the 308 protocol and its refusals."""

from __future__ import annotations

import base64
import json
import unittest
import urllib.parse

from digests import crc32c, crc32c_text
from standin import Answer, send
from test_gcs import GcsCase as _GcsCase

QUANTUM = 256 * 1024
DATA = bytes(range(256)) * (3 * QUANTUM // 256) + b"tail"


class Resumable(_GcsCase):
    def start(self, name: str, query: str = "", metadata: object = None, **headers: str) -> Answer:
        path = f"/upload/storage/v1/b/lake/o?uploadType=resumable&name={name}{query}"
        body = b"" if metadata is None else json.dumps(metadata).encode()
        return self.ask(path, "POST", body, Content_Type="application/json", **headers)

    def session(self, name: str, query: str = "", metadata: object = None, **headers: str) -> str:
        answer = self.start(name, query, metadata, **headers)
        self.assertEqual(answer.status, 200, answer.text)
        return answer.headers["Location"]

    def chunk(self, session: str, span: str | None, data: bytes = b"") -> Answer:
        """A PUT without any token: the session's URI is enough."""
        return send(session, "PUT", {"Content-Range": span} if span else {}, data)

    def test_in_chunks(self) -> None:
        session = self.session("chunks", metadata={"contentType": "application/gzip"})
        answer = self.chunk(session, f"bytes 0-{QUANTUM - 1}/*", DATA[:QUANTUM])
        self.assertEqual((answer.status, answer.headers["Range"]), (308, f"bytes=0-{QUANTUM - 1}"))
        span = f"bytes {QUANTUM}-{len(DATA) - 1}/{len(DATA)}"
        answer = self.chunk(session, span, DATA[QUANTUM:])
        self.assertEqual((answer.status, answer.json()["size"]), (200, str(len(DATA))))
        self.assertEqual(answer.json()["contentType"], "application/gzip")
        self.assertEqual(self.get("chunks", "?alt=media").body, DATA)

    def test_in_one_request(self) -> None:
        self.assertEqual(self.chunk(self.session("one"), None, DATA).json()["size"], str(len(DATA)))

    def test_of_nothing(self) -> None:
        self.assertEqual(self.chunk(self.session("zero"), "bytes */0").json()["size"], "0")

    def test_status_question(self) -> None:
        session = self.session("asked")
        answer = self.chunk(session, f"bytes */{len(DATA)}")
        self.assertEqual((answer.status, answer.headers["Range"]), (308, None))
        self.chunk(session, f"bytes 0-{QUANTUM - 1}/{len(DATA)}", DATA[:QUANTUM])
        answer = self.chunk(session, "bytes */*")
        self.assertEqual((answer.status, answer.headers["Range"]), (308, f"bytes=0-{QUANTUM - 1}"))

    def test_a_finished_session_answers_its_object_again(self) -> None:
        session = self.session("again")
        first = self.chunk(session, None, DATA).json()
        answer = self.chunk(session, f"bytes */{len(DATA)}")
        self.assertEqual((answer.status, answer.json()), (200, first))
        self.assertEqual(self.chunk(session, None, DATA).json()["generation"], first["generation"])

    def test_a_chunk_that_is_no_multiple_is_refused(self) -> None:
        session = self.session("odd")
        answer = self.chunk(session, "bytes 0-999/*", DATA[:1000])
        self.assertEqual(answer.status, 400)
        self.assertIn("equal or greater than 262144", answer.text)
        answer = self.chunk(session, f"bytes 0-{QUANTUM}/{len(DATA)}", DATA[: QUANTUM + 1])
        self.assertEqual(answer.status, 400)
        self.assertIsNone(self.chunk(session, "bytes */*").headers["Range"])

    def test_a_gap_is_refused(self) -> None:
        answer = self.chunk(self.session("gap"), f"bytes {QUANTUM}-{2 * QUANTUM - 1}/*", DATA[:QUANTUM])
        self.assertEqual(answer.status, 503)
        self.assertIn("exceeds already uploaded size of 0 byte(s)", answer.text)

    def test_what_overlaps_is_ignored(self) -> None:
        session = self.session("overlap")
        self.chunk(session, f"bytes 0-{QUANTUM - 1}/*", DATA[:QUANTUM])
        # The overlap is spoilt on purpose: what is persisted must stay.
        again = b"?" * QUANTUM + DATA[QUANTUM:]
        self.assertEqual(self.chunk(session, f"bytes 0-{len(DATA) - 1}/{len(DATA)}", again).status, 200)
        self.assertEqual(self.get("overlap", "?alt=media").body, DATA)

    def test_the_total_may_not_change(self) -> None:
        session = self.session("total", X_Upload_Content_Length=str(len(DATA)))
        self.assertEqual(self.chunk(session, None, DATA[:-1]).status, 400)
        self.assertEqual(self.chunk(session, "bytes */5").status, 400)
        beyond = 4 * QUANTUM
        answer = self.chunk(session, f"bytes 0-{beyond - 1}/*", b"x" * beyond)
        self.assertEqual(answer.status, 400)
        self.assertEqual(self.start("t", X_Upload_Content_Length="many").status, 400)

    def test_bad_content_ranges(self) -> None:
        session = self.session("range")
        for span in ("bytes 0-4", "bytes 4-0/5", "bytes 0-5/5", "octets 0-4/5", "bytes 0-/5", "bytes */5"):
            self.assertEqual(self.chunk(session, span, b"12345").status, 400, span)
        self.assertEqual(self.chunk(session, "bytes 0-5/6", b"12345").status, 400)

    def test_declared_crc32c_is_checked_at_the_end(self) -> None:
        session = self.session("crc", metadata={"crc32c": "AAAAAA=="})
        self.refused(self.chunk(session, None, DATA), 400, "invalid")
        self.assertEqual(self.get("crc").status, 404)
        self.assertEqual(self.chunk(session, None, DATA).status, 410)
        check = base64.b64encode(bytes.fromhex("e3069283")).decode()
        session = self.session("crc", metadata={"crc32c": check})
        self.assertEqual(self.chunk(session, None, b"123456789").status, 200)

    def test_a_crc32c_told_with_the_last_chunk_is_checked(self) -> None:
        for value, status in (("AAAAAA==", 400), (crc32c_text(crc32c(DATA)), 200)):
            session = self.session("late")
            self.chunk(session, f"bytes 0-{QUANTUM - 1}/*", DATA[:QUANTUM])
            span = f"bytes {QUANTUM}-{len(DATA) - 1}/{len(DATA)}"
            headers = {"Content-Range": span, "X-Goog-Hash": f"crc32c={value}"}
            self.assertEqual(send(session, "PUT", headers, DATA[QUANTUM:]).status, status)

    def test_an_upload_may_wait_for_the_question(self) -> None:
        self.ctl("set", "gcs", "finish=late")
        session = self.session("wait")
        answer = self.chunk(session, None, DATA)
        self.assertEqual((answer.status, answer.headers["Range"]), (308, f"bytes=0-{len(DATA) - 1}"))
        self.assertEqual(self.chunk(session, f"bytes */{len(DATA)}").status, 200)
        self.ctl("set", "gcs", "finish=now")

    def test_conditions_hold_at_the_start_and_at_the_end(self) -> None:
        session = self.session("cond", "&ifGenerationMatch=0")
        self.media("cond", b"someone else's")
        self.refused(self.chunk(session, None, DATA), 412, "conditionNotMet")
        self.refused(self.start("cond", "&ifGenerationMatch=0"), 412, "conditionNotMet")

    def test_unknown_cancelled_and_ended_sessions(self) -> None:
        session = self.session("gone")
        unknown = session[: session.index("upload_id=")] + "upload_id=nobody"
        self.assertEqual(self.chunk(unknown, None, DATA).status, 404)
        self.assertEqual(send(session, "DELETE").status, 499)
        self.assertEqual(self.chunk(session, None, DATA).status, 410)
        for status in ("404", "410"):
            session = self.session("gone")
            self.ctl("set", "gcs", f"sessions={status}")
            self.assertEqual(self.chunk(session, None, DATA).status, int(status))

    def test_starting_needs_a_token_and_a_name(self) -> None:
        path = "/upload/storage/v1/b/lake/o?uploadType=resumable"
        self.refused(send(self.url + path + "&name=a", "POST", {}, b""), 401, "required")
        self.refused(self.ask(path, "POST", b""), 400, "required")

    def test_a_request_that_breaks_off_leaves_whole_multiples(self) -> None:
        session = self.session("broken")
        self.ctl("fault", "gcs", "upload.chunk", "cutin", f"bytes={QUANTUM + 1000}")
        with self.assertRaises(OSError):
            self.chunk(session, f"bytes 0-{len(DATA) - 1}/{len(DATA)}", DATA)
        answer = self.chunk(session, f"bytes */{len(DATA)}")
        self.assertEqual((answer.status, answer.headers["Range"]), (308, f"bytes=0-{QUANTUM - 1}"))
        span = f"bytes {QUANTUM}-{len(DATA) - 1}/{len(DATA)}"
        self.assertEqual(self.chunk(session, span, DATA[QUANTUM:]).status, 200)
        self.assertEqual(self.get("broken", "?alt=media").body, DATA)

    def test_a_refusal_in_mid_body_leaves_what_came_before(self) -> None:
        session = self.session("midway")
        self.ctl("fault", "gcs", "upload.chunk", "cutin", f"bytes={QUANTUM}", "code=503")
        answer = self.chunk(session, f"bytes 0-{len(DATA) - 1}/{len(DATA)}", DATA)
        self.assertEqual((answer.status, answer.reason()), (503, "backendError"))
        answer = self.chunk(session, f"bytes */{len(DATA)}")
        self.assertEqual((answer.status, answer.headers["Range"]), (308, f"bytes=0-{QUANTUM - 1}"))

    def test_the_service_may_persist_less_than_was_sent(self) -> None:
        session = self.session("less")
        self.ctl("set", "gcs", f"persist={QUANTUM}")
        answer = self.chunk(session, f"bytes 0-{3 * QUANTUM - 1}/*", DATA[: 3 * QUANTUM])
        self.ctl("set", "gcs", "persist=0")
        self.assertEqual((answer.status, answer.headers["Range"]), (308, f"bytes=0-{QUANTUM - 1}"))

    def test_an_error_after_the_effect_finds_the_object_there(self) -> None:
        session = self.session("after")
        self.ctl("fault", "gcs", "upload.chunk", "after", "code=503", "retry_after=1")
        answer = self.chunk(session, None, DATA)
        self.assertEqual((answer.status, answer.headers["Retry-After"]), (503, "1"))
        self.assertEqual(self.chunk(session, "bytes */*").json()["size"], str(len(DATA)))

    def test_session_ids_stay_out_of_the_log(self) -> None:
        session = self.session("logged")
        self.chunk(session, None, DATA)
        whole = urllib.parse.parse_qs(urllib.parse.urlsplit(session).query)["upload_id"][0]
        self.assertNotIn(whole, self.ctl("log", "gcs"))


if __name__ == "__main__":
    unittest.main()
