"""s3cat against versitygw, moto's S3 with its signatures verified, and our own stand-in."""

from __future__ import annotations

import s3_ahead
import servers


class Versitygw(s3_ahead.Whole, servers.Versitygw):
    pass


class Moto(s3_ahead.Whole, servers.Moto):
    pass


class StandIn(s3_ahead.Ahead, servers.StandInS3):
    pass
