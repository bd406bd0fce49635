"""The reference of http_pages.cpp: the same page from FastAPI on uvicorn, without access log. Argument: the port."""

import sys

import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse

app = FastAPI()


def page() -> str:
    html = [
        '<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>People</title>'
        '<link rel="stylesheet" href="/assets/guildhall.css"></head>\n<body><main><h1>People</h1><table>\n'
    ]
    for i in range(150):
        number = str(9990000000 + i)
        html.append(
            f'<tr><td><a href="/people/{number}">Child {i}</a></td><td>12 March 2014</td><td>{number}</td>'
            "<td>Known to social care</td><td>Updated yesterday</td></tr>\n"
        )
    html.append("</table></main></body>\n</html>\n")
    return "".join(html)


@app.get("/people")
async def people() -> HTMLResponse:
    return HTMLResponse(page())


uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error", access_log=False)
