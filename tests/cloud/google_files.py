"""Credentials files of every type that lead to the stand-in: $CLOUD_DIR/google/NAME.json.

Source: AIP-4112 to AIP-4117; "Workload Identity Federation with AWS", "... with other providers" (IAM
documentation), what gcloud writes. PRINCIPALS says whose token each file brings.
"""

from __future__ import annotations

import json
from typing import Any

from account import EMAIL, PROJECT, Account, write_private

NUMBER = "123456789012"
POOL = f"//iam.googleapis.com/projects/{NUMBER}/locations/global/workloadIdentityPools/hours"
WORKFORCE = "//iam.googleapis.com/locations/global/workforcePools/staff/providers/oidc"
TYPE = "urn:ietf:params:oauth:token-type:"
POD = f"principal:{POOL}/subject/system:serviceaccount:etl:pod"
DEV = "user:dev@example.com"
HOUR = f"hour@{PROJECT}.iam.gserviceaccount.com"
STAFF = "principal://iam.googleapis.com/locations/global/workforcePools/staff/subject/"
# aws: the subject is the one whose keys the environment has.
PRINCIPALS = {
    "service": EMAIL,
    "user": DEV,
    "impersonated-service": HOUR,
    "impersonated-user": HOUR,
    "impersonated-delegates": f"deep@{PROJECT}.iam.gserviceaccount.com",
    "impersonated-chain": HOUR,
    "impersonated-oidc": HOUR,
    "aws": f"principal:{POOL}/subject/arn:aws:iam::{NUMBER}:user/permanent",
    "aws-impersonated": HOUR,
    "oidc-text": POD,
    "oidc-json": POD,
    "oidc-url": POD,
    "oidc-url-json": POD,
    "oidc-impersonated": HOUR,
    "saml": f"principal:{POOL}/subject/saml-pod",
    "workforce": STAFF + "system:serviceaccount:etl:pod",
    "workforce-client": STAFF + "system:serviceaccount:etl:pod",
    "workforce-user": STAFF + "dev",
}


def _impersonation(urls: dict[str, str], name: str) -> str:
    email = f"{name}@{PROJECT}.iam.gserviceaccount.com"
    return f"{urls['iamcredentials']}/v1/projects/-/serviceAccounts/{email}:generateAccessToken"


def _external(urls: dict[str, str], audience: str, kind: str, source: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "external_account",
        "audience": audience,
        "subject_token_type": kind,
        "token_url": urls["google_sts"] + "/v1/token",
        "credential_source": source,
    }


def _impersonated(url: str, source: dict[str, Any], *delegates: str) -> dict[str, Any]:
    return {
        "type": "impersonated_service_account",
        "service_account_impersonation_url": url,
        "delegates": [f"projects/-/serviceAccounts/{d}@{PROJECT}.iam.gserviceaccount.com" for d in delegates],
        "source_credentials": source,
    }


def _foreign(account: Account, urls: dict[str, str]) -> dict[str, dict[str, Any]]:
    """The files of external identities."""
    folder = account.dir / "google"
    keys = account.keys["google_workforce"]
    aws = _external(
        urls,
        f"{POOL}/providers/aws",
        "urn:ietf:params:aws:token-type:aws4_request",
        {
            "environment_id": "aws1",
            "regional_cred_verification_url": "https://sts.{region}.amazonaws.com"
            "?Action=GetCallerIdentity&Version=2011-06-15",
        },
    )
    as_json = {"type": "json", "subject_token_field_name": "id_token"}
    text: dict[str, Any] = {"file": str(folder / "oidc.jwt")}
    headers = {"Metadata": "true", "X-Idp-Key": account.keys["google_idp"]}
    url: dict[str, Any] = {"url": urls["google_sts"] + "/idp/token", "headers": headers}
    oidc = _external(urls, f"{POOL}/providers/oidc", TYPE + "jwt", text)
    staff = _external(urls, WORKFORCE, TYPE + "id_token", {"file": str(folder / "staff.jwt")})
    impersonated = {"service_account_impersonation_url": _impersonation(urls, "hour")}
    return {
        "aws": aws,
        "aws-impersonated": {**aws, **impersonated},
        "oidc-text": oidc,
        "oidc-json": {
            **oidc,
            "credential_source": {"file": str(folder / "oidc.json"), "format": as_json},
        },
        "oidc-url": {**oidc, "credential_source": url},
        "oidc-url-json": {
            **oidc,
            "credential_source": {**url, "url": url["url"] + "?format=json", "format": as_json},
        },
        "oidc-impersonated": {
            **oidc,
            **impersonated,
            "service_account_impersonation": {"token_lifetime_seconds": 1200},
        },
        "saml": _external(urls, f"{POOL}/providers/saml", TYPE + "saml2", {"file": str(folder / "saml.txt")}),
        "workforce": {**staff, "workforce_pool_user_project": "staff-project"},
        "workforce-client": {
            **staff,
            "client_id": keys["client_id"],
            "client_secret": keys["client_secret"],
        },
        "workforce-user": {
            "type": "external_account_authorized_user",
            "audience": WORKFORCE,
            "token_url": urls["google_sts"] + "/v1/oauthtoken",
            **keys,
        },
    }


def files(account: Account, urls: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Each file's name, without .json, and what is in it."""
    service = json.loads(account.credentials_path.read_text(encoding="utf-8"))
    user = {
        "type": "authorized_user",
        "token_uri": urls["oauth"] + "/token",
        "account": "",
        "quota_project_id": "quota-of-user",
        **account.keys["google_user"],
    }
    foreign = _foreign(account, urls)
    hour = _impersonation(urls, "hour")
    through = _impersonated(_impersonation(urls, "middle"), user)
    return {
        "service": service,
        "user": user,
        "impersonated-service": _impersonated(hour, service),
        "impersonated-user": _impersonated(hour, user),
        "impersonated-delegates": _impersonated(_impersonation(urls, "deep"), service, "middle"),
        "impersonated-chain": _impersonated(hour, through),
        "impersonated-oidc": _impersonated(hour, foreign["oidc-text"]),
        **foreign,
    }


def write(account: Account, urls: dict[str, str], pod_token: str, staff_token: str) -> None:
    """Write them all, and the tokens they lead to."""
    folder = account.dir / "google"
    folder.mkdir(exist_ok=True)
    account.write_credentials(urls["oauth"] + "/token")
    for name, value in files(account, urls).items():
        write_private(folder / f"{name}.json", json.dumps(value, indent=2) + "\n")
    write_private(folder / "oidc.jwt", pod_token)
    write_private(folder / "oidc.json", json.dumps({"id_token": pod_token}))
    write_private(folder / "staff.jwt", staff_token)
    write_private(folder / "saml.txt", account.keys["google_saml"])
