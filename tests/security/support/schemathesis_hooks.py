"""What Schemathesis is told besides the OpenAPI document, by its SCHEMATHESIS_HOOKS.

DAGUERRE_FUZZ is JSON: `things`, ids that are there by path and parameter, and for who is signed in the account's `email` and `password`.
"""

import json
import os
import zlib

import requests
import schemathesis

FUZZ = json.loads(os.environ["DAGUERRE_FUZZ"])


@schemathesis.hook
def before_call(ctx, case, kwargs):
    """Every second path names something that is there: of invented ids alone none would be found."""
    things = FUZZ["things"].get(case.operation.path, {})
    if things and zlib.crc32(repr((case.path_parameters, case.query, case.body)).encode()) % 2:
        case.path_parameters = {**case.path_parameters, **things}


if "email" in FUZZ:

    @schemathesis.auth(refresh_interval=5)
    class SignIn:
        """Anew every few seconds: the fuzzing ends sessions, and asks for the account to be deleted, which a sign-in takes back."""

        def get(self, case, context):
            answer = requests.post(
                f"{FUZZ['url']}/api/v1/auth/login",
                json={"login": FUZZ["email"], "password": FUZZ["password"]},
                timeout=10,
            )
            answer.raise_for_status()
            return answer.json()["accessToken"]

        def set(self, case, data, context):
            case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}
