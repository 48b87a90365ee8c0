"""Settings from environment variables, all faults named at once.

A settings class is a msgspec Struct; each field is the variable `BLOC_<FIELD>` (or what `rename` calls it).
Any variable can be given as `<NAME>_FILE`, the path of a file with the value: that is how secrets come into
containers without showing up in their environment. An operator who starts a service with five things wrong
wants to read five lines, not to start it five times. A value is never repeated in a message: it may be a
secret.
"""

import typing
from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec.structs import FieldInfo

from contracts.limits import ENVIRONMENT_VALUE_CHARACTERS_MAX

PREFIX = "BLOC_"
FILE_SUFFIX = "_FILE"

Settings = typing.TypeVar("Settings", bound=msgspec.Struct)


def read_environment(settings: type[Settings], environ: Mapping[str, str]) -> Settings | list[str]:
    """Read `settings` from `environ`, or give every fault as a sentence that says what to do next.

    Field types: str, int, bool (1/0, true/false), Path, Literal, `X | None`, with msgspec constraints. The
    description of a field (`Meta(description=…, examples=[…])`) is used in the messages. An empty variable
    counts as not set, as compose files cannot leave one out.
    """
    values: dict[str, object] = {}
    faults: list[str] = []
    for field in msgspec.structs.fields(settings):
        name = variable_of(field)
        text, fault = _text_of(name, environ)
        if fault:
            faults.append(fault)
        elif text is None:
            if field.required:
                faults.append(_missing(name, field))
        else:
            value, fault = _convert(name, field, text)
            values[field.name] = value
            faults += [fault] if fault else []
    return faults or settings(**values)


def variable_of(field: FieldInfo) -> str:
    """The environment variable of a field."""
    if field.encode_name != field.name:
        return field.encode_name
    return PREFIX + field.name.upper()


def _text_of(name: str, environ: Mapping[str, str]) -> tuple[str | None, str]:
    """The value of a variable, from itself or from its file, or the fault; one final line end is cut off."""
    direct, path = environ.get(name, ""), environ.get(name + FILE_SUFFIX, "")
    if direct and path:
        return None, f"{name} and {name}{FILE_SUFFIX} are both set: remove one of them."
    if not path:
        return direct or None, ""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        return None, (
            f"{name}{FILE_SUFFIX} names a file that cannot be read ({path}: {reason}): "
            "correct the path, or give this user the right to read it."
        )
    text = text.removesuffix("\n").removesuffix("\r")
    if not text or len(text) > ENVIRONMENT_VALUE_CHARACTERS_MAX:
        return (
            None,
            f"{name}{FILE_SUFFIX} names a file that is empty or too long ({path}): write the value into it.",
        )
    return text, ""


def _missing(name: str, field: FieldInfo) -> str:
    described = _described(field)
    return f"{name} is missing{described}: set it, or put it into a file and set {name}{FILE_SUFFIX}."


def _described(field: FieldInfo) -> str:
    for note in getattr(field.type, "__metadata__", ()):
        if isinstance(note, msgspec.Meta) and note.description:
            examples = f", for example {note.examples[0]}" if note.examples else ""
            return f" ({note.description}{examples})"
    return ""


def _convert(name: str, field: FieldInfo, text: str) -> tuple[object, str]:
    """The value as the field's type wants it, or the fault."""
    try:
        return msgspec.convert(text, field.type, strict=False, dec_hook=_path), ""
    except msgspec.ValidationError as error:
        choices = ", ".join(str(choice) for choice in _choices(field.type))
        wanted = f"it must be one of {choices}" if choices else _plain(str(error).partition(" - at ")[0])
        return None, f"{name} is wrong{_described(field)}: {wanted}; correct it and start again."


def _choices(wanted: object) -> tuple[object, ...]:
    """The values of a Literal, through Annotated; nothing for other types."""
    if typing.get_origin(wanted) is typing.Annotated:
        wanted = typing.get_args(wanted)[0]
    return typing.get_args(wanted) if typing.get_origin(wanted) is typing.Literal else ()


def _path(wanted: type, value: object) -> object:
    if wanted is Path and isinstance(value, str):
        return Path(value)
    raise NotImplementedError(f"settings cannot hold {wanted}")


_PLAIN_TYPES = {"`int`": "a whole number", "`bool`": "true or false", "`str`": "text", "`float`": "a number"}


def _plain(message: str) -> str:
    """Turn msgspec's words into everyday ones; what came in is left out, as it may be a secret."""
    wanted = message.split(", got ", maxsplit=1)[0]
    for programmers, people in _PLAIN_TYPES.items():
        wanted = wanted.replace(programmers, people)
    if "matching regex" in wanted:
        return "it is not written in the right form"
    return wanted.replace("Expected", "it must be").replace("of length", "with a length")
