"""gcsput and gcscat against fake-gcs-server, its objects in memory and in files, and our stand-in."""

from __future__ import annotations

import gcs_clients
import gcs_features
import gcs_writing
import servers


class FakeGcsMemory(
    gcs_features.Reading, gcs_writing.Writing, gcs_clients.Clients, servers.FakeGcsMemory
):
    pass


class FakeGcsFiles(gcs_features.Reading, gcs_writing.Writing, servers.FakeGcsFiles):
    pass


class StandIn(gcs_features.Reading, gcs_writing.Writing, servers.StandInGcs):
    pass
