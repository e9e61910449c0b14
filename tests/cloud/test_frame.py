"""The frame: HTTP as it is spoken, each fault at work, the log, the life of the process."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.parse
from pathlib import Path

from standin import HERE, Case, run, send, start

HOOK = {"Content-Type": "application/json"}
TEXT = b'{"text": "hello"}'


class FrameCase(Case):
    """Slack's webhook is the guinea pig of effects, S3's refusal of the unsigned that of reads."""

    def setUp(self) -> None:
        self.url = self.env["SLACK_WEBHOOK_URL"]
        self.port = urllib.parse.urlsplit(self.url).port or 0
        self.path = urllib.parse.urlsplit(self.url).path
        self.addCleanup(self.ctl, "clearfaults")

    def said(self) -> int:
        """Messages Slack has kept."""
        return len((Path(self.env["CLOUD_DIR"]) / "slack.jsonl").read_bytes().splitlines())

    def raw(self, text: bytes) -> bytes:
        """What the server answers to these very bytes, until it closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as link:
            link.sendall(text)
            link.shutdown(socket.SHUT_WR)
            answer = b""
            while block := link.recv(65536):
                answer += block
            return answer


class Http(FrameCase):
    def test_one_connection_serves_many_requests(self) -> None:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        for _ in range(3):
            link.request("POST", self.path, TEXT, HOOK)
            before = link.sock
            self.assertEqual(link.getresponse().read(), b"ok")
            self.assertIs(link.sock, before)
        link.close()

    def test_chunked_bodies_with_extensions_and_trailers(self) -> None:
        body = b"8;a=b\r\n" + TEXT[:8] + b"\r\n9\r\n" + TEXT[8:] + b"\r\n0\r\nX-Trailer: 1\r\n\r\n"
        answer = send(self.url, "POST", {"Transfer-Encoding": "chunked"}, body)
        self.assertEqual(answer.body, b"ok")
        self.assertEqual(self.log("slack")[-1]["in"], len(TEXT))

    def test_expect_100_continue_is_answered_before_the_body(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as link:
            head = f"POST {self.path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(TEXT)}\r\nExpect: 100-continue\r\n\r\n"
            link.sendall(head.encode())
            self.assertTrue(link.recv(65536).startswith(b"HTTP/1.1 100 "))
            link.sendall(TEXT)
            self.assertTrue(link.recv(65536).startswith(b"HTTP/1.1 200 "))

    def test_ambiguous_bodies_are_refused(self) -> None:
        for headers in (
            "Content-Length: 1\r\nTransfer-Encoding: chunked",
            "Content-Length: 1\r\nContent-Length: 2",
            "Content-Length: x",
            "Transfer-Encoding: gzip",
        ):
            text = f"POST {self.path} HTTP/1.1\r\nHost: x\r\n{headers}\r\n\r\n"
            self.assertTrue(self.raw(text.encode()).startswith(b"HTTP/1.1 400 "), headers)

    def test_a_body_that_breaks_off_has_no_effect(self) -> None:
        before = self.said()
        with self.assertRaises(ConnectionResetError):
            self.raw(f"POST {self.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n".encode() + TEXT)
        self.assertEqual(self.said(), before)

    def test_no_route(self) -> None:
        self.assertEqual(send(self.url, "GET").status, 404)
        self.assertEqual(self.log("slack")[-1]["route"], "-")


class FaultKinds(FrameCase):
    def fault(self, kind: str, *settings: str, service: str = "slack", route: str = "webhook") -> None:
        self.ctl("fault", service, route, kind, *settings)

    def say(self) -> tuple[int, bytes]:
        answer = send(self.url, "POST", HOOK, TEXT)
        return answer.status, answer.body

    def test_status_comes_before_the_effect(self) -> None:
        before = self.said()
        self.fault("status", "code=503", "retry_after=3")
        answer = send(self.url, "POST", HOOK, TEXT)
        self.assertEqual((answer.status, answer.headers["Retry-After"]), (503, "3"))
        self.assertEqual(self.said(), before)
        self.fault("status", "code=429")
        self.assertIsNone(send(self.url, "POST", HOOK, TEXT).headers["Retry-After"])

    def test_after_comes_after_the_effect(self) -> None:
        before = self.said()
        self.fault("after", "code=500")
        self.assertEqual(self.say()[0], 500)
        self.assertEqual(self.said(), before + 1)

    def test_duplicate_reaches_the_handler_twice(self) -> None:
        before = self.said()
        self.fault("duplicate")
        self.assertEqual(self.say(), (200, b"ok"))
        self.assertEqual(self.said(), before + 2)

    def test_reset_before_and_after(self) -> None:
        for when, effects in (("before", 0), ("after", 1)):
            before = self.said()
            self.fault("reset", f"when={when}")
            with self.assertRaises(ConnectionResetError):
                self.say()
            self.assertEqual(self.said(), before + effects)

    def test_cut_ends_the_body_early(self) -> None:
        self.fault("cut", "bytes=1")
        with self.assertRaises(http.client.IncompleteRead) as broken:
            self.say()
        self.assertEqual(broken.exception.partial, b"o")

    def test_cutin_ends_the_request_early(self) -> None:
        before = self.said()
        self.fault("cutin", "bytes=5")
        with self.assertRaises(OSError):
            self.say()
        self.assertEqual(self.said(), before)
        self.assertEqual(self.log("slack")[-1]["in"], 5)

    def test_slow_delays_and_trickles(self) -> None:
        self.fault("slow", "delay_ms=300")
        began = time.monotonic()
        self.assertEqual(self.say(), (200, b"ok"))
        self.assertGreaterEqual(time.monotonic() - began, 0.3)
        self.fault("slow", "rate=5")
        began = time.monotonic()
        self.assertEqual(self.say(), (200, b"ok"))
        self.assertGreaterEqual(time.monotonic() - began, 0.2)

    def test_flip_turns_one_bit(self) -> None:
        self.fault("flip", "at=1")
        self.assertEqual(self.say(), (200, b"oj"))

    def test_a_header_is_another_or_left_out(self) -> None:
        self.put("gs://lake/head", b"0123456789")
        url = self.env["STORAGE_EMULATOR_HOST"] + "/storage/v1/b/lake/o/head?alt=media"
        bearer = {"Authorization": f"Bearer {self.token()}"}
        for value, told in (("1", "1"), ("", None)):
            words = ("name=x-goog-generation", f"value={value}")
            self.fault("header", *words, service="gcs", route="objects.download")
            answer = send(url, headers=bearer)
            self.assertEqual((answer.headers["X-Goog-Generation"], answer.body), (told, b"0123456789"))
        words = ("name=Content-Length", "value=4")
        self.fault("header", *words, service="gcs", route="objects.download")
        self.assertEqual(send(url, headers=bearer).body, b"0123")

    def test_stall_ends_the_body_late(self) -> None:
        self.fault("stall", "bytes=1", "delay_ms=300")
        began = time.monotonic()
        with self.assertRaises(http.client.IncompleteRead):
            self.say()
        self.assertGreaterEqual(time.monotonic() - began, 0.3)

    def test_wrong_checksums_are_told(self) -> None:
        self.put("gs://lake/sum", b"x")
        bearer = {"Authorization": f"Bearer {self.token()}"}
        url = self.env["STORAGE_EMULATOR_HOST"] + "/storage/v1/b/lake/o/sum"
        right = send(url, headers=bearer).json()["crc32c"]
        self.fault("checksum", "times=2", service="gcs", route="objects.*")
        self.assertNotEqual(send(url, headers=bearer).json()["crc32c"], right)
        answer = send(url + "?alt=media", headers=bearer)
        self.assertNotIn(right, answer.headers["X-Goog-Hash"])
        self.assertEqual(answer.body, b"x")

    def test_badtoken_refuses_a_good_token(self) -> None:
        bearer = {"Authorization": f"Bearer {self.token()}"}
        url = self.env["STORAGE_EMULATOR_HOST"] + "/storage/v1/b/lake/o"
        self.fault("badtoken", service="gcs", route="objects.list")
        self.assertEqual([send(url, headers=bearer).status for _ in range(2)], [401, 200])

    def test_times_skip_and_match(self) -> None:
        self.fault("status", "code=500", "times=2", "skip=1")
        self.assertEqual([self.say()[0] for _ in range(4)], [200, 500, 500, 200])
        self.fault("status", "times=always")
        self.assertEqual([self.say()[0] for _ in range(3)], [503, 503, 503])
        self.ctl("clearfaults")
        self.fault("status", "match=/nowhere")
        self.assertEqual(self.say()[0], 200)

    def test_a_fault_is_named_in_the_log(self) -> None:
        self.fault("status")
        self.say()
        line = self.log("slack")[-1]
        self.assertEqual((line["fault"], line["status"], line["route"]), ("status", 503, "webhook"))

    def test_a_misspelt_script_is_refused(self) -> None:
        for words, why in (
            (("nowhere", "webhook", "cut"), "no service"),
            (("slack", "nowhere", "cut"), "no route"),
            (("slack", "webhook", "explode"), "unknown fault"),
            (("slack", "webhook", "cut", "code=5"), "takes no setting"),
            (("slack", "webhook", "cut", "bytes=x"), "invalid literal"),
        ):
            done = run("ctl", self.env, "fault", *words)
            self.assertEqual(done.returncode, 1)
            self.assertIn(why, done.stderr)
            self.assertEqual(done.stderr.count("\n"), 1)


class Life(unittest.TestCase):
    def test_a_stand_in_started_again_goes_on(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            env = start(directory)
            Path(directory, "x").write_bytes(b"kept")
            for words in (("mkbucket", "s3://logs"), ("put", "s3://logs/k", f"{directory}/x")):
                self.assertEqual(run("ctl", env, *words).returncode, 0)
            before = run("ctl", env, "ls", "s3://logs").stdout
            self.assertEqual(run("down", env).returncode, 0)
            again = start(directory)
            try:
                self.assertEqual(again["AWS_SECRET_ACCESS_KEY"], env["AWS_SECRET_ACCESS_KEY"])
                self.assertEqual(run("ctl", again, "ls", "s3://logs").stdout, before)
                self.assertEqual(run("ctl", again, "get", "s3://logs/k").stdout, "kept")
                busy = subprocess.run(
                    [str(HERE / "up"), directory], capture_output=True, text=True, check=False
                )
                self.assertEqual((busy.returncode, busy.stdout), (1, ""))
                self.assertIn("already runs here", busy.stderr)
            finally:
                run("down", again)

    def test_down_waits_and_takes_a_made_directory_along(self) -> None:
        env = start()
        self.assertTrue(Path(env["CLOUD_DIR"]).is_dir())
        self.assertEqual(run("down", env).returncode, 0)
        # Where nobody reaps orphans a zombie stays; it has no command line any more.
        with contextlib.suppress(FileNotFoundError):
            self.assertEqual(Path(f"/proc/{env['CLOUD_PID']}/cmdline").read_bytes(), b"")
        self.assertFalse(Path(env["CLOUD_DIR"]).exists())
        self.assertEqual(run("down", env).returncode, 0)

    def test_one_left_alone_ends_by_itself_and_takes_its_directory_along(self) -> None:
        env = start(CLOUD_IDLE_SECONDS="0.2")
        end = time.monotonic() + 10
        while Path(env["CLOUD_DIR"]).exists() and time.monotonic() < end:
            time.sleep(0.05)
        self.assertFalse(Path(env["CLOUD_DIR"]).exists())

    def test_one_that_was_killed_starts_again_without_orphans(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            env = start(directory)
            os.kill(int(env["CLOUD_PID"]), signal.SIGKILL)
            Path(directory, "objects", "orphan").write_bytes(b"x")
            Path(directory, "tmp", "half").write_bytes(b"x")
            end = time.monotonic() + 10
            while run("ctl", env, "faults").returncode == 0 and time.monotonic() < end:
                time.sleep(0.05)
            again = start(directory)
            self.addCleanup(run, "down", again)
            self.assertEqual(list(Path(directory, "objects").iterdir()), [])
            self.assertEqual(list(Path(directory, "tmp").iterdir()), [])
            self.assertEqual(run("down", again).returncode, 0)

    def test_up_holds_none_of_the_callers_files(self) -> None:
        reading, writing = os.pipe()
        with tempfile.TemporaryDirectory() as directory:
            subprocess.run(
                [str(HERE / "up"), directory], pass_fds=(writing,), stdout=subprocess.DEVNULL, check=True
            )
            os.close(writing)
            try:
                # End of file comes only when no process holds the writing end.
                os.set_blocking(reading, False)
                self.assertEqual(os.read(reading, 1), b"")
            finally:
                os.close(reading)
                subprocess.run([str(HERE / "down"), directory], check=True)

    def test_a_start_that_fails_says_why(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            Path(directory, "objects").write_text("in the way")
            done = subprocess.run([str(HERE / "up"), directory], capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertIn("did not start", done.stderr)


class Control(Case):
    def test_objects_by_ctl(self) -> None:
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"data")
            file.flush()
            self.ctl("put", "gs://lake/a b", file.name)
        self.assertEqual(self.ctl("get", "gs://lake/a b"), "data")
        self.assertRegex(self.ctl("ls", "gs://lake/a"), r"^gs://lake/a b\t4\t[0-9a-f]{8}\t\d+\n$")
        self.ctl("rm", "gs://lake/a b")
        self.assertEqual(self.ctl("ls", "gs://lake/a"), "")

    def test_mistakes_are_one_line(self) -> None:
        for words, status in (
            (("put", "s3://nowhere/a", "/dev/null"), 1),
            (("put", "s3://logs/a", "/nonexistent"), 1),
            (("rm", "s3://logs/none"), 1),
            (("mkbucket", "s3://Bad_Name"), 1),
            (("mkbucket", "ftp://x"), 64),
            (("put", "s3://logs/a"), 64),
            (("explode",), 64),
            ((), 64),
        ):
            done = run("ctl", self.env, *words)
            self.assertEqual((done.returncode, done.stderr.count("\n")), (status, 1), (words, done.stderr))


if __name__ == "__main__":
    unittest.main()
