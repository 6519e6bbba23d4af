"""Groups of options: a command takes a named tuple, typer sees the tuple's fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from inspect import Parameter, Signature, signature
from typing import Any, get_type_hints


def flattened(command: Callable[..., int]) -> Callable[..., int]:
    """The command as typer needs it: each named tuple among its parameters becomes its fields.

    A field is declared as typer's parameters are, and becomes an option of every command that
    takes the group: `max_steps: Annotated[int, typer.Option(min=1)] = 9` is --max-steps. All
    parameters are keywords, so required ones may follow those with a default.
    """
    groups: dict[str, Any] = {}
    parameters: list[Parameter] = []
    for parameter in signature(command, eval_str=True).parameters.values():
        if hasattr(parameter.annotation, "_fields"):
            groups[parameter.name] = parameter.annotation
            parameters += _fields(parameter.annotation)
        else:
            parameters.append(parameter.replace(kind=Parameter.KEYWORD_ONLY))

    def flat(**values: Any) -> int:
        grouped = {
            name: group(**{field: values.pop(field) for field in group._fields})
            for name, group in groups.items()
        }
        return command(**values, **grouped)

    # What typer reads instead of the parameters of `flat`.
    flat.__dict__["__signature__"] = Signature(parameters)
    flat.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return flat


def _fields(group: Any) -> Iterator[Parameter]:
    """The fields of a named tuple as parameters."""
    for name, kind in get_type_hints(group, include_extras=True).items():
        default = group._field_defaults.get(name, Parameter.empty)
        yield Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=kind)
