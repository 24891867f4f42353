"""The inverse functional identifier of an agent or group as one string (xAPI 1.0.3 Data 2.4.2.3)."""

from typing import Any


def ifi(agent: dict[str, Any]) -> str | None:
    """The identifier of a checked agent or group; None for an anonymous group.

    Two agents are the same if and only if these strings are equal; whether it is an Agent or a Group makes no
    difference (1.0.3 Communication 2.1.3). Case is kept but where the value is defined to ignore it:

    - `mbox:mailto:an@example.vn`: the domain in lower case, as domains ignore case (Data 2.3.1); the part
      before the @ as sent, since only its mail server knows.
    - `mbox_sha1sum:<40 digits>`: lower case, as hexadecimal is a number.
    - `openid:<URI>`: as sent; IRIs are compared as plain strings (Data 3.1).
    - `account:<homePage>|<name>`: as sent; an IRI cannot hold `|`, so the first one ends the homePage.
    """
    account = agent.get("account")
    if account is not None:
        return f"account:{account['homePage']}|{account['name']}"
    mbox = agent.get("mbox")
    if mbox is not None:
        local, _, domain = mbox.rpartition("@")
        return f"mbox:{local}@{domain.lower()}"
    digest = agent.get("mbox_sha1sum")
    if digest is not None:
        return f"mbox_sha1sum:{digest.lower()}"
    openid = agent.get("openid")
    if openid is not None:
        return f"openid:{openid}"
    return None
