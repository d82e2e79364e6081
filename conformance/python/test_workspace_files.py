"""Workspace files as the official client and declarative deployments use them."""

import base64
import io
import json
import os
import uuid
import zipfile

import pytest
import requests
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import DatabricksError, InvalidParameterValue, NotFound, NotImplemented, PermissionDenied, ResourceAlreadyExists, ResourceDoesNotExist
from databricks.sdk.service.workspace import ExportFormat, ImportFormat, Language, ObjectType

SOURCE = b"""# Databricks notebook source
print("hello")

# COMMAND ----------

# DBTITLE 1,By month
# MAGIC %sql
# MAGIC select month, count(*)
# MAGIC from flights group by 1

# COMMAND ----------

# MAGIC %md
# MAGIC # Done
"""


@pytest.fixture(scope="module")
def home(w) -> str:
    return f"/Users/{w.current_user.me().user_name}"


@pytest.fixture
def folder(w, home):
    path = f"{home}/files-{uuid.uuid4().hex[:8]}"
    w.workspace.mkdirs(path)
    yield path
    w.workspace.delete(path, recursive=True)


@pytest.fixture(scope="module")
def call(access):
    """What the client has no method for."""

    def request(method: str, path: str, **options) -> requests.Response:
        headers = {"Authorization": f"Bearer {access['DATABRICKS_TOKEN']}", **options.pop("headers", {})}
        return requests.request(method, f"{access['DATABRICKS_HOST']}{path}", headers=headers, timeout=30, **options)

    return request


@pytest.fixture(scope="module")
def stranger(w, access, credential):
    """A member who is no administrator."""
    for each in w.service_principals.list():
        if each.application_id == os.environ["AZURE_CLIENT_ID"]:
            w.service_principals.delete(each.id)
    added = w.service_principals.create(application_id=os.environ["AZURE_CLIENT_ID"], display_name="robot")
    token = credential.get_token("2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default").token
    yield WorkspaceClient(host=access["DATABRICKS_HOST"], token=token)
    w.service_principals.delete(added.id)


def names(listed) -> list[str]:
    return sorted(each.path.rsplit("/", 1)[1] for each in listed)


def code_of(refusal: pytest.ExceptionInfo) -> str:
    return refusal.value.error_code


def test_the_root_shows_the_shared_folder_and_the_homes(w, home):
    assert {"Shared", "Users"} <= set(names(w.workspace.list("/")))
    assert home in [each.path for each in w.workspace.list("/Users")]
    status = w.workspace.get_status(home)
    assert (status.object_type, status.path) == (ObjectType.DIRECTORY, home)
    assert w.workspace.get_status(f"/Workspace{home}/").object_id == status.object_id


def test_folders_are_made_with_their_parents_and_listed(w, folder):
    w.workspace.mkdirs(f"{folder}/a/b")
    w.workspace.mkdirs(f"{folder}/a/b")
    w.workspace.upload(f"{folder}/a/b/n.py", SOURCE)
    assert [each.path for each in w.workspace.list(folder, recursive=True)] == [f"{folder}/a/b/n.py"]
    assert names(w.workspace.list(f"{folder}/a")) == ["b"]
    with pytest.raises(ResourceAlreadyExists):
        w.workspace.mkdirs(f"{folder}/a/b/n.py/below")
    only = list(w.workspace.list(f"{folder}/a/b/n.py"))
    assert len(only) == 1 and only[0].object_type == ObjectType.NOTEBOOK


def test_a_notebook_comes_back_as_it_was_sent(w, folder):
    path = f"{folder}/notebook"
    w.workspace.upload(path, io.BytesIO(SOURCE), language=Language.PYTHON)
    status = w.workspace.get_status(path)
    assert (status.object_type, status.language) == (ObjectType.NOTEBOOK, Language.PYTHON)
    assert status.resource_id == str(status.object_id)
    assert w.workspace.download(path).read() == SOURCE
    exported = w.workspace.export(path)
    assert (base64.b64decode(exported.content), exported.file_type) == (SOURCE, "py")


def test_every_language_round_trips(w, folder):
    for language, mark, suffix in [(Language.SQL, "--", ".sql"), (Language.SCALA, "//", ".scala"), (Language.R, "#", ".r")]:
        text = f"{mark} Databricks notebook source\nfirst\n\n{mark} COMMAND ----------\n\n{mark} MAGIC %python\n{mark} MAGIC print(1)\n"
        w.workspace.import_(f"{folder}/n{suffix}", content=base64.b64encode(text.encode()).decode(), format=ImportFormat.SOURCE, language=language)
        assert w.workspace.get_status(f"{folder}/n{suffix}").language == language
        assert w.workspace.download(f"{folder}/n{suffix}").read().decode() == text


def test_an_import_does_not_overwrite_unless_asked(w, folder):
    path = f"{folder}/once"
    w.workspace.upload(path, b"1", language=Language.PYTHON)
    with pytest.raises(ResourceAlreadyExists) as refusal:
        w.workspace.upload(path, b"2", language=Language.PYTHON)
    assert code_of(refusal) == "RESOURCE_ALREADY_EXISTS"
    before = w.workspace.get_status(path).object_id
    w.workspace.upload(path, b"2", language=Language.PYTHON, overwrite=True)
    assert w.workspace.get_status(path).object_id == before
    assert b"\n2\n" in w.workspace.download(path).read()


def test_an_automatic_import_tells_notebooks_from_files(w, folder):
    w.workspace.upload(f"{folder}/etl.py", SOURCE, format=ImportFormat.AUTO)
    w.workspace.upload(f"{folder}/library.py", b"def f(): return 1\n", format=ImportFormat.AUTO)
    w.workspace.upload(f"{folder}/data.bin", bytes(range(256)), format=ImportFormat.AUTO)
    kinds = {each.path.rsplit("/", 1)[1]: each.object_type for each in w.workspace.list(folder)}
    assert kinds == {"etl": ObjectType.NOTEBOOK, "library.py": ObjectType.FILE, "data.bin": ObjectType.FILE}
    assert w.workspace.get_status(f"{folder}/data.bin").size == 256
    assert w.workspace.download(f"{folder}/data.bin", format=ExportFormat.AUTO).read() == bytes(range(256))
    w.workspace.upload(f"{folder}/raw.py", SOURCE, format=ImportFormat.RAW)
    assert w.workspace.get_status(f"{folder}/raw.py").object_type == ObjectType.FILE


def test_jupyter_notebooks_come_and_go(w, folder):
    file = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"language_info": {"name": "python"}},
        "cells": [
            {"id": "a1", "cell_type": "markdown", "metadata": {}, "source": ["# Title\n", "text"]},
            {"id": "b2", "cell_type": "code", "metadata": {}, "source": "print(1)\nprint(2)", "execution_count": 7, "outputs": [{"output_type": "stream", "name": "stdout", "text": "1\n2\n"}]},
        ],
    }
    w.workspace.upload(f"{folder}/lab", json.dumps(file).encode(), format=ImportFormat.JUPYTER)
    assert w.workspace.download(f"{folder}/lab").read().decode() == "# Databricks notebook source\n# MAGIC %md\n# MAGIC # Title\n# MAGIC text\n\n# COMMAND ----------\n\nprint(1)\nprint(2)\n"
    exported = w.workspace.export(f"{folder}/lab", format=ExportFormat.JUPYTER)
    again = json.loads(base64.b64decode(exported.content))
    assert exported.file_type == "ipynb"
    assert [(cell["cell_type"], "".join(cell["source"])) for cell in again["cells"]] == [("markdown", "# Title\ntext"), ("code", "print(1)\nprint(2)")]
    with pytest.raises(DatabricksError, match="Jupyter"):
        w.workspace.upload(f"{folder}/bad", b"{}", format=ImportFormat.JUPYTER)


def test_html_is_exported_and_closed_formats_are_refused_by_name(w, folder):
    w.workspace.upload(f"{folder}/n", b"'<script>alert(1)</script>'", language=Language.PYTHON)
    page = base64.b64decode(w.workspace.export(f"{folder}/n", format=ExportFormat.HTML).content).decode()
    assert "&lt;script&gt;" in page and "<script>" not in page
    with pytest.raises(NotImplemented, match="DBC"):
        w.workspace.export(f"{folder}/n", format=ExportFormat.DBC)
    with pytest.raises(NotImplemented, match="DBC"):
        w.workspace.upload(f"{folder}/d", b"x", format=ImportFormat.DBC)


def test_a_folder_is_exported_and_imported_as_zip(w, folder):
    w.workspace.mkdirs(f"{folder}/src/inner")
    w.workspace.upload(f"{folder}/src/inner/n", SOURCE, language=Language.PYTHON)
    w.workspace.upload(f"{folder}/src/notes.txt", b"text", format=ImportFormat.AUTO)
    everything = zipfile.ZipFile(io.BytesIO(w.workspace.download(f"{folder}/src", format=ExportFormat.AUTO).read()))
    assert sorted(everything.namelist()) == ["inner/", "inner/n.py", "notes.txt"]
    exported = w.workspace.export(f"{folder}/src")
    notebooks = base64.b64decode(exported.content)
    assert exported.file_type == "zip" and zipfile.ZipFile(io.BytesIO(notebooks)).namelist() == ["inner/n.py"]
    w.workspace.import_(f"{folder}/copy", content=exported.content, format=ImportFormat.SOURCE)
    assert w.workspace.download(f"{folder}/copy/inner/n").read() == SOURCE


def test_hostile_archives_are_refused_and_leave_nothing(w, folder):
    def archive(*entries) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
            for name, data, mode in entries:
                info = zipfile.ZipInfo(name)
                info.external_attr, info.create_system, info.compress_type = mode << 16, 3, zipfile.ZIP_DEFLATED
                file.writestr(info, data)
        return made.getvalue()

    hostile = [
        archive(("../../escape.py", b"1", 0o100644)),
        archive(("ok.py", b"1", 0o100644), ("/etc/passwd", b"1", 0o100644)),
        archive(("link.py", b"/etc/passwd", 0o120777)),
        archive(("bomb.txt", b"\0" * 300_000_000, 0o100644)),
        archive(*[(f"f{index}.py", b"", 0o100644) for index in range(5001)]),
        b"PK\x03\x04 not an archive",
    ]
    for content in hostile:
        assert len(content) < 10_000_000
        with pytest.raises(InvalidParameterValue, match="archive|name"):
            w.workspace.import_(f"{folder}/hostile", content=base64.b64encode(content).decode(), format=ImportFormat.SOURCE)
    assert names(w.workspace.list(folder)) == []


def test_too_large_a_notebook_is_refused(w, folder):
    with pytest.raises(DatabricksError) as refusal:
        w.workspace.upload(f"{folder}/large", b"#" * (10 * 1024 * 1024 + 1), format=ImportFormat.AUTO)
    assert code_of(refusal) == "MAX_NOTEBOOK_SIZE_EXCEEDED"
    w.workspace.upload(f"{folder}/fits", b"#" * (10 * 1024 * 1024), format=ImportFormat.AUTO)
    assert w.workspace.get_status(f"{folder}/fits").size == 10 * 1024 * 1024


def test_deleting(w, folder):
    w.workspace.mkdirs(f"{folder}/d/e")
    with pytest.raises(DatabricksError) as refusal:
        w.workspace.delete(f"{folder}/d")
    assert code_of(refusal) == "DIRECTORY_NOT_EMPTY"
    w.workspace.delete(f"{folder}/d", recursive=True)
    with pytest.raises(ResourceDoesNotExist):
        w.workspace.get_status(f"{folder}/d/e")
    with pytest.raises(ResourceDoesNotExist):
        w.workspace.delete(f"{folder}/d")
    with pytest.raises(DatabricksError) as refusal:
        w.workspace.delete("/Shared", recursive=True)
    assert code_of(refusal) == "DIRECTORY_PROTECTED"


def test_what_is_not_there_and_what_cannot_be(w, folder):
    with pytest.raises(NotFound):
        list(w.workspace.list(f"{folder}/nothing"))
    with pytest.raises(NotFound, match="parent folder"):
        w.workspace.upload(f"{folder}/nothing/n.py", b"1")
    for path in ["relative", f"{folder}/../x", f"{folder}/a\x00b", f"{folder}/{'x' * 300}"]:
        with pytest.raises(InvalidParameterValue):
            w.workspace.mkdirs(path)
    with pytest.raises(InvalidParameterValue, match="language"):
        w.workspace.import_(f"{folder}/n", content=base64.b64encode(b"1").decode())
    with pytest.raises(InvalidParameterValue, match="content"):
        w.workspace.import_(f"{folder}/n", content="not base64!", language=Language.PYTHON)
    with pytest.raises(InvalidParameterValue, match="format"):
        w.api_client.do("POST", "/api/2.0/workspace/import", body={"path": f"{folder}/n", "format": "source"})


def test_files_are_sent_as_declarative_deployments_send_them(w, folder, call):
    target = f"{folder}/state.json"
    at = f"/api/2.0/workspace-files/import-file{target.replace('@', '%40')}"
    first = call("POST", at, params={"overwrite": "false"}, data=b'{"serial": 1}', headers={"Content-Type": "application/json"})
    assert first.status_code == 200, first.text
    again = call("POST", at, params={"overwrite": "false"}, data=b"{}")
    assert (again.status_code, again.json()["error_code"]) == (409, "RESOURCE_ALREADY_EXISTS")
    assert call("POST", at, params={"overwrite": "true"}, data=b'{"serial": 2}').status_code == 200
    escaped = f"/api/2.0/workspace-files/{target.lstrip('/').replace('/', '%2F')}"
    assert call("GET", escaped).content == b'{"serial": 2}'
    assert call("GET", f"/api/2.0/workspace-files{target}").content == b'{"serial": 2}'
    assert w.workspace.download(target).read() == b'{"serial": 2}'
    missing = call("POST", f"/api/2.0/workspace-files/import-file{folder}/nothing/x", data=b"1")
    assert (missing.status_code, missing.json()["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")
    assert call("POST", f"/api/2.0/workspace-files/import-file/{folder.lstrip('/').replace('/', '%2F')}%2Fnote.py", data=SOURCE).json()["object_type"] == "NOTEBOOK"
    in_the_way = call("POST", f"/api/2.0/workspace-files/import-file{folder}/note.py", data=SOURCE)
    assert (in_the_way.status_code, in_the_way.json()["error_code"]) == (400, "RESOURCE_ALREADY_EXISTS")
    large = bytes(40_000_000)
    assert call("POST", f"/api/2.0/workspace-files/import-file{folder}/large", data=large).json()["size"] == len(large)
    assert call("GET", f"/api/2.0/workspace-files{folder}/large").content == large


def test_an_editor_of_files_overwrites_nobody_and_makes_no_notebook(w, folder, call):
    at = f"/api/2.0/workspace-files/import-file{folder}/script.py"
    first = call("POST", at, params={"format": "RAW"}, data=SOURCE).json()
    assert (first["object_type"], first["path"]) == ("FILE", f"{folder}/script.py")
    mine = {"format": "RAW", "overwrite": "true", "if_modified_at": first["modified_at"]}
    assert call("POST", at, params=mine, data=b"mine").status_code == 200
    late = call("POST", at, params=mine, data=b"yours")
    assert (late.status_code, late.json()["error_code"]) == (409, "ABORTED")
    assert w.workspace.download(f"{folder}/script.py").read() == b"mine"


def test_a_download_is_never_a_page_of_the_workspace(w, folder, call):
    w.workspace.upload(f"{folder}/page.html", b"<script>alert(1)</script>", format=ImportFormat.AUTO)
    answer = call("GET", "/api/2.0/workspace/export", params={"path": f"{folder}/page.html", "direct_download": "true", "format": "AUTO"})
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_things_are_moved_copied_trashed_restored_and_found(w, folder, home, call):
    def ask(verb: str, **body):
        return call("POST", f"/api/2.0/brickyard/workspace/{verb}", json=body)

    tag = uuid.uuid4().hex[:10]
    w.workspace.mkdirs(f"{folder}/a")
    w.workspace.upload(f"{folder}/a/n-{tag}", SOURCE, language=Language.PYTHON)
    assert ask("move", path=f"{folder}/a", destination_path=f"{folder}/b").json()["path"] == f"{folder}/b"
    assert ask("copy", path=f"{folder}/b", destination_path=f"{folder}/c").status_code == 200
    assert w.workspace.download(f"{folder}/c/n-{tag}").read() == SOURCE
    assert ask("move", path=f"{folder}/b", destination_path=f"{folder}/b/in-itself").json()["error_code"] == "INVALID_PARAMETER_VALUE"
    found = call("GET", "/api/2.0/brickyard/workspace/search", params={"query": tag.upper()}).json()["objects"]
    assert [each["path"] for each in found] == [f"{folder}/b/n-{tag}", f"{folder}/c/n-{tag}"]
    gone = ask("trash", path=f"{folder}/b/n-{tag}").json()
    assert gone["path"] == f"{home}/Trash/n-{tag}" and gone["trashed_from"] == f"{folder}/b/n-{tag}"
    assert ask("restore", path=gone["path"]).json()["path"] == f"{folder}/b/n-{tag}"
    browsed = call("GET", "/api/2.0/brickyard/workspace/browse", params={"path": f"{folder}/b"}).json()
    assert browsed["folder"]["permission_level"] == "CAN_MANAGE" and [each["name"] for each in browsed["objects"]] == [f"n-{tag}"]
    packed = call("GET", "/api/2.0/brickyard/workspace/zip", params={"path": f"{folder}/b"})
    assert zipfile.ZipFile(io.BytesIO(packed.content)).namelist() == [f"n-{tag}.py"]
    unpacked = call("POST", "/api/2.0/brickyard/workspace/zip", data={"path": f"{folder}/d"}, files={"content": packed.content})
    assert unpacked.json()["path"] == f"{folder}/d" and w.workspace.download(f"{folder}/d/n-{tag}").read() == SOURCE


def test_a_home_is_private_and_a_level_opens_exactly_that(w, home, folder, stranger):
    w.workspace.mkdirs(f"{folder}/shared")
    w.workspace.upload(f"{folder}/shared/n", SOURCE, language=Language.PYTHON)
    w.workspace.upload(f"{folder}/private", SOURCE, language=Language.PYTHON)
    me = os.environ["AZURE_CLIENT_ID"]
    assert home not in [each.path for each in stranger.workspace.list("/Users")]
    for path in [home, f"{folder}/shared/n", f"{folder}/nothing"]:
        with pytest.raises(PermissionDenied, match="can be given by"):
            stranger.workspace.get_status(path)
    opened = w.workspace.get_status(f"{folder}/shared")

    def give(level: str):
        grants = {"access_control_list": [{"service_principal_name": me, "permission_level": level}]}
        w.api_client.do("PATCH", f"/api/2.0/permissions/directories/{opened.object_id}", body=grants)

    give("CAN_READ")
    assert stranger.workspace.download(f"{folder}/shared/n").read() == SOURCE
    assert [each.path for each in stranger.workspace.list(folder)] == [f"{folder}/shared"]
    for change in [
        lambda: stranger.workspace.upload(f"{folder}/shared/n", b"2", language=Language.PYTHON, overwrite=True),
        lambda: stranger.workspace.upload(f"{folder}/shared/new", b"2", language=Language.PYTHON),
        lambda: stranger.workspace.delete(f"{folder}/shared/n"),
        lambda: stranger.workspace.download(f"{folder}/private"),
    ]:
        with pytest.raises(PermissionDenied):
            change()
    give("CAN_MANAGE")
    stranger.workspace.upload(f"{folder}/shared/new", b"2", language=Language.PYTHON)
    stranger.workspace.delete(f"{folder}/shared/n")


def test_the_shared_folder_is_open_to_all_members(w, stranger):
    path = f"/Shared/hello-{uuid.uuid4().hex[:8]}"
    stranger.workspace.upload(path, SOURCE, language=Language.PYTHON)
    assert w.workspace.download(path).read() == SOURCE
    with pytest.raises(PermissionDenied):
        stranger.workspace.mkdirs("/at-the-root")
    stranger.workspace.delete(path)
