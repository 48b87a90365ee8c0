"""Query parameters that an address does not have are refused: passed over, a misspelt day would be answered with today.

Which ones an address has stands in its OpenAPI description, which is made from the handlers themselves. Addresses
without any (health, checkpoints, tiles, metrics) take what comes: there nothing can be misunderstood.
"""

from litestar import Litestar, Response
from litestar.openapi.spec import Parameter

from contracts import problem
from services.serving.answers import AnyRequest, respond_problem

NAMES_KEPT = "query_parameters"
"""Where the names are kept in the state of an application, once they were asked for."""


def refuse_unknown_parameters(request: AnyRequest) -> Response[bytes] | None:
    """The answer to a request with such a parameter; None lets the request go on."""
    if not request.scope["query_string"]:
        return None
    known = _parameters_of(request.app).get(request.scope["path_template"], ())
    for name in request.query_params:
        if known and name not in known:
            return respond_problem(problem.unknown_parameter(name, known))
    return None


def _parameters_of(app: Litestar) -> dict[str, tuple[str, ...]]:
    """Of each address, by its template: the names of the query parameters of whichever method."""
    if NAMES_KEPT not in app.state:
        app.state[NAMES_KEPT] = {
            path: tuple(
                found.name
                for operation in (item.get, item.post)
                for found in (operation.parameters if operation else None) or ()
                if isinstance(found, Parameter) and found.param_in == "query"
            )
            for path, item in (app.openapi_schema.paths or {}).items()
        }
    return app.state[NAMES_KEPT]
