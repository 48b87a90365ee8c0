"""Query parameters that an address does not have are refused: passed over, a misspelt day would be answered with today.
So is one that is written twice where one is read: with two days, either might have been meant.

Which ones an address has stands in its OpenAPI description, which is made from the handlers themselves. Addresses
without any (health, checkpoints, tiles, metrics) take what comes: there nothing can be misunderstood.
"""

from collections.abc import Mapping

from litestar import Litestar, Response
from litestar.openapi.spec import Parameter, Schema
from litestar.openapi.spec.enums import OpenAPIType

from contracts import problem
from services.serving.answers import AnyRequest, respond_problem

NAMES_KEPT = "query_parameters"
"""Where the names are kept in the state of an application, once they were asked for."""


def refuse_misread_parameters(request: AnyRequest) -> Response[bytes] | None:
    """The answer to a request with such a parameter; None lets the request go on."""
    if not request.scope["query_string"]:
        return None
    known = _parameters_of(request.app).get(request.scope["path_template"], {})
    for name, values in request.query_params.dict().items():
        if known and name not in known:
            return respond_problem(problem.unknown_parameter(name, known))
        if len(values) > 1 and not known.get(name, True):
            return respond_problem(problem.repeated_parameter(name))
    return None


def _parameters_of(app: Litestar) -> Mapping[str, Mapping[str, bool]]:
    """Of each address, by its template: the names of the query parameters of whichever method, and whether each may be
    written several times."""
    if NAMES_KEPT not in app.state:
        app.state[NAMES_KEPT] = {
            path: {
                found.name: isinstance(found.schema, Schema) and found.schema.type is OpenAPIType.ARRAY
                for operation in (item.get, item.post)
                for found in (operation.parameters if operation else None) or ()
                if isinstance(found, Parameter) and found.param_in == "query"
            }
            for path, item in (app.openapi_schema.paths or {}).items()
        }
    return app.state[NAMES_KEPT]
