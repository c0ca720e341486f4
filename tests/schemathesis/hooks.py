"""Requests that schemathesis sends, made so that they mean what it thinks."""
import secrets

import schemathesis


@schemathesis.hook
def before_call(context, case, kwargs):
    """A key that is used twice, for two requests, is a 422 by design. So each request has one of its own."""
    headers = case.headers or {}
    key = headers.get("Idempotency-Key")
    if isinstance(key, str) and 0 < len(key) <= 255:
        own = secrets.token_hex(8)  # random has the same seed for each request
        headers["Idempotency-Key"] = own + key[len(own):]


@schemathesis.hook
def map_query(context, query):
    """A result is waited for as long as the request says, usually minutes; here for a second."""
    if context.operation.path.endswith("/result"):
        query = query or {}
        wanted = query.get("timeout", 600)
        if isinstance(wanted, (int, float)) and wanted > 1:
            query = {**query, "timeout": 1}
    return query


@schemathesis.hook
def filter_query(context, query):
    """An empty parameter is the same as an absent one, and of one that is given several times the last counts."""
    return not any(v == "" or isinstance(v, list) and (not v or v[-1] == "") for v in (query or {}).values())
