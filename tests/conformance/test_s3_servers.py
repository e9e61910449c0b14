"""s3cat against versitygw, moto's S3 with its signatures verified, and our own stand-in."""

from __future__ import annotations

import s3_checks
import s3_features
import servers


class Versitygw(s3_checks.Checks, servers.Versitygw):
    pass


class Moto(s3_checks.Checks, servers.Moto):
    pass


class StandIn(s3_features.Features, servers.StandInS3):
    pass
