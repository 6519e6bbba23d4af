"""Groups of options: a command takes a dataclass, typer sees the dataclass's fields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from inspect import Parameter, Signature, signature
from typing import Any


def flattened(command: Callable[..., int]) -> Callable[..., int]:
    """The command as typer needs it: each dataclass among its parameters becomes its fields.

    A field is declared as typer's parameters are, and becomes an option of every command that
    takes the group: `max_steps: Annotated[int, typer.Option(min=1)] = 9` is --max-steps. All
    parameters are keywords, so required ones may follow those with a default.
    """
    groups: dict[str, type[Any]] = {}
    parameters: list[Parameter] = []
    for parameter in signature(command, eval_str=True).parameters.values():
        group = parameter.annotation
        if isinstance(group, type) and is_dataclass(group):
            groups[parameter.name] = group
            parameters += signature(group, eval_str=True).parameters.values()
        else:
            parameters.append(parameter)

    def flat(**values: Any) -> int:
        grouped = {
            name: group(**{field.name: values.pop(field.name) for field in fields(group)})
            for name, group in groups.items()
        }
        return command(**values, **grouped)

    # What typer reads instead of the parameters of `flat`.
    flat.__dict__["__signature__"] = Signature(
        [parameter.replace(kind=Parameter.KEYWORD_ONLY) for parameter in parameters]
    )
    flat.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return flat
