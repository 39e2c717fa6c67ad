"""The query code (查询码): eight digits printed on the sheet that open the guardian's ledger.

Derived, so nothing is stored: a truncated HMAC of the province's ledger key over sheet
and print serial. Eight digits live by the rate limit of the service that checks them.
"""

import hmac

from shared.kernel.ids import SheetId

DIGITS = 8
_DOMAIN = b"hecha query code 1\0"


def query_code(ledger_key: bytes, sheet: SheetId, serial: int) -> str:
    """The eight digits of one printed copy."""
    digest = hmac.digest(ledger_key, _DOMAIN + bytes.fromhex(sheet) + bytes([serial]), "sha256")
    return f"{int.from_bytes(digest[:8]) % 10**DIGITS:0{DIGITS}d}"
