"""Sealed messages: what one service writes into an event so that only another one can read it.

JWE (RFC 7516, compact) with ECDH-ES+A256KW on P-256 and A256GCM. Who sends holds one public key (a JWK); who receives
holds the private keys (a JWKS) and finds the right one by the `kid` that the message names. Old private keys stay in
the set as long as a topic that holds messages for them may be read again; the newest public key is the one in use.

A seal says nothing about who made it, and it can be copied to another event: what is sealed names what it belongs to,
and the receiver compares.
"""

import json
from dataclasses import dataclass
from typing import Any, TypeVar

from joserfc import jwe
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import ECKey, KeySet
from pydantic import BaseModel, ValidationError

ALGORITHM, ENCRYPTION, CURVE = "ECDH-ES+A256KW", "A256GCM", "P-256"
_REGISTRY = jwe.JWERegistry(algorithms=[ALGORITHM, ENCRYPTION])

M = TypeVar("M", bound=BaseModel)


class SealBrokenError(ValueError):
    """The message is no seal, was changed on its way, or holds something else than was expected."""


class UnknownSealingKeyError(SealBrokenError):
    """The message was sealed for a key that the receiver does not hold."""


class SealingKeysError(ValueError):
    """Keys that cannot be used; the message never holds a part of them."""


@dataclass(frozen=True)
class SealingKeys:
    """A pair as the settings hold it: `public` one JWK for the sender, `private` a JWKS for the receiver (JSON)."""

    public: str
    private: str


def new_sealing_keys(earlier: str | None = None) -> SealingKeys:
    """A new pair; `earlier` is the receiver's JWKS so far, whose keys stay in the new one."""
    key = ECKey.generate_key(CURVE, {"use": "enc", "alg": ALGORITHM}, auto_kid=True)
    kept = [] if earlier is None else [one.as_dict(private=True) for one in _private_keys(earlier).keys]
    return SealingKeys(_json(key.as_dict(private=False)), _json({"keys": [key.as_dict(private=True), *kept]}))


class Sealer:
    """Seals messages for the holder of the private key."""

    def __init__(self, public: str) -> None:
        """SealingKeysError unless `public` is a public key of ours with an id."""
        self._key = _key_of(_read(public), private=False)

    def seal(self, message: BaseModel) -> str:
        """The message, readable by its receiver alone."""
        header = {"alg": ALGORITHM, "enc": ENCRYPTION, "kid": self._key.kid}
        return jwe.encrypt_compact(header, message.model_dump_json().encode(), self._key, registry=_REGISTRY)


class SealOpener:
    """Opens what was sealed for one of the keys that it holds."""

    def __init__(self, private: str) -> None:
        """SealingKeysError unless `private` is a set of private keys of ours with ids."""
        self._keys = _private_keys(private)

    @classmethod
    def of(cls, private: str | None) -> "SealOpener":
        """With these keys; without any, nothing can be opened (UnknownSealingKeyError) until some are set."""
        return cls(new_sealing_keys().private if private is None else private)

    def open(self, sealed: str, kind: type[M]) -> M:
        """The message. Errors: UnknownSealingKeyError; SealBrokenError for whatever else is wrong with it."""
        try:
            opened = jwe.decrypt_compact(sealed, self._keys, registry=_REGISTRY)
            return kind.model_validate_json(opened.plaintext or b"")
        except InvalidKeyIdError as error:
            raise UnknownSealingKeyError("sealed for another key") from error
        except ValidationError:  # the error itself shows what was sealed
            raise SealBrokenError(f"does not hold a {kind.__name__}") from None
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise SealBrokenError(type(error).__name__) from None


def _private_keys(jwks: str) -> KeySet:
    found = _read(jwks).get("keys")
    if not isinstance(found, list) or not found:
        raise SealingKeysError("not a JWKS with at least one key")
    return KeySet([_key_of(one, private=True) for one in found])


def _key_of(found: object, *, private: bool) -> ECKey:
    """A key of ours from its JWK; a sender that was given a private key by mistake is told so."""
    if not isinstance(found, dict) or not found.get("kid") or found.get("crv") != CURVE:
        raise SealingKeysError(f"not a JWK of curve {CURVE} with a kid")
    if ("d" in found) is not private:
        raise SealingKeysError("a public key is needed here" if not private else "a private key is needed here")
    try:
        return ECKey.import_key(found)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise SealingKeysError(type(error).__name__) from None


def _read(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        raise SealingKeysError("not JSON") from None
    if not isinstance(found, dict):
        raise SealingKeysError("not a JSON object")
    return found


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
