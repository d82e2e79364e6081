"""What is on the workspace's root storage, by the official client: DBFS, volumes and the Files API."""

import base64
import datetime
import hashlib
import io
import os
import uuid

import pytest
import requests
from databricks.sdk.errors import AlreadyExists, BadRequest, InvalidParameterValue, NotFound, PermissionDenied, ResourceAlreadyExists, ResourceDoesNotExist
from databricks.sdk.service.catalog import VolumeType


@pytest.fixture
def folder(w):
    path = f"/tests/{uuid.uuid4().hex}"
    w.dbfs.mkdirs(path)
    yield path
    w.dbfs.delete(path, recursive=True)


@pytest.fixture(scope="module")
def volume(w):
    made = w.volumes.create("main", "default", f"v_{uuid.uuid4().hex[:8]}", VolumeType.MANAGED, comment="for tests")
    yield f"/Volumes/main/default/{made.name}"
    w.volumes.delete(made.full_name)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_a_file_is_put_read_in_pieces_listed_moved_and_deleted(w, folder):
    w.dbfs.put(f"{folder}/a.txt", contents=b64(b"hello, storage"))
    assert base64.b64decode(w.dbfs.read(f"{folder}/a.txt", offset=7, length=100).data) == b"storage"
    assert w.dbfs.get_status(f"dbfs:{folder}/a.txt").file_size == 14
    assert [(f.path, f.is_dir) for f in w.dbfs.list(folder)] == [(f"{folder}/a.txt", False)]
    w.dbfs.move(f"{folder}/a.txt", f"{folder}/deep/er/b.txt")
    assert not w.dbfs.exists(f"{folder}/a.txt")
    assert [f.path for f in w.dbfs.list(folder, recursive=True)] == [f"{folder}/deep/er/b.txt"]
    w.dbfs.delete(f"{folder}/deep/er/b.txt")
    assert list(w.dbfs.list(f"{folder}/deep/er")) == []


def test_a_stream_of_blocks_appears_when_it_is_closed(w, folder):
    content = os.urandom(3_500_000)
    handle = w.dbfs.create(f"{folder}/big").handle
    for at in range(0, len(content), 1_000_000):
        w.dbfs.add_block(handle, b64(content[at : at + 1_000_000]))
    assert not w.dbfs.exists(f"{folder}/big")
    w.dbfs.close(handle)
    with w.dbfs.open(f"{folder}/big", read=True) as file:
        assert hashlib.sha256(file.read()).digest() == hashlib.sha256(content).digest()
    with pytest.raises(NotFound):
        w.dbfs.add_block(handle, b64(b"late"))


def test_dbfs_refuses_in_its_own_words(w, folder):
    w.dbfs.put(f"{folder}/f", contents=b64(b"x"))
    for refused, act in [
        (ResourceAlreadyExists, lambda: w.dbfs.put(f"{folder}/f", contents=b64(b"y"))),
        (ResourceAlreadyExists, lambda: w.dbfs.create(f"{folder}/f")),
        (ResourceAlreadyExists, lambda: w.dbfs.mkdirs(f"{folder}/f/below")),
        (ResourceDoesNotExist, lambda: w.dbfs.read(f"{folder}/missing")),
        (ResourceDoesNotExist, lambda: w.dbfs.move(f"{folder}/missing", f"{folder}/x")),
        (InvalidParameterValue, lambda: w.dbfs.read(folder)),
        (InvalidParameterValue, lambda: w.dbfs.get_status("/a/../../etc/passwd")),
        (InvalidParameterValue, lambda: w.dbfs.get_status("relative")),
        (PermissionDenied, lambda: w.dbfs.get_status("/.brickyard/uploads")),
    ]:
        with pytest.raises(refused):
            act()
    with pytest.raises(BadRequest, match="not empty"):
        w.api_client.do("POST", "/api/2.0/dbfs/delete", body={"path": folder})
    with pytest.raises(BadRequest, match="1 MB"):
        w.dbfs.put(f"{folder}/large", contents=b64(bytes(1_100_000)))
    w.dbfs.put(f"{folder}/f", contents=b64(b"z"), overwrite=True)
    assert base64.b64decode(w.dbfs.read(f"{folder}/f").data) == b"z"


def test_a_volume_holds_files_that_come_and_go_whole(w, volume):
    content = os.urandom(200_000)
    w.files.create_directory(f"{volume}/a/b")
    w.files.upload(f"{volume}/a/b/x ü.bin", io.BytesIO(content))
    assert w.files.download(f"{volume}/a/b/x ü.bin").contents.read() == content
    seen = w.files.get_metadata(f"{volume}/a/b/x ü.bin")
    assert seen.content_length == 200_000
    assert datetime.datetime.strptime(seen.last_modified, "%a, %d %b %Y %H:%M:%S %Z")
    assert [(e.name, e.is_directory, e.file_size) for e in w.files.list_directory_contents(f"{volume}/a/b")] == [("x ü.bin", False, 200_000)]
    w.files.get_directory_metadata(f"{volume}/a")
    for refused, act in [
        (NotFound, lambda: w.files.get_directory_metadata(f"{volume}/a/b/x ü.bin")),
        (NotFound, lambda: w.files.get_metadata(f"{volume}/a")),
        (NotFound, lambda: w.files.download("/Volumes/main/default/no_such_volume/x")),
        (AlreadyExists, lambda: w.files.upload(f"{volume}/a/b/x ü.bin", io.BytesIO(b"y"), overwrite=False)),
        (BadRequest, lambda: w.files.delete_directory(f"{volume}/a")),
        (BadRequest, lambda: w.files.upload("/tmp/x", io.BytesIO(b"y"))),
    ]:
        with pytest.raises(refused):
            act()
    w.files.delete(f"{volume}/a/b/x ü.bin")
    w.files.delete_directory(f"{volume}/a/b")
    assert [e.name for e in w.files.list_directory_contents(f"{volume}/a")] == []


def test_ranges_are_given_as_asked(access, w, volume):
    w.files.upload(f"{volume}/ten", io.BytesIO(b"0123456789"))
    url = f"{access['DATABRICKS_HOST']}/api/2.0/fs/files{volume}/ten"

    def ask(header):
        answer = requests.get(url, headers={"Authorization": f"Bearer {access['DATABRICKS_TOKEN']}", **header}, timeout=30)
        return answer.status_code, answer.text

    assert ask({"Range": "bytes=2-4"}) == (206, "234")
    assert ask({"Range": "bytes=7-"}) == (206, "789")
    assert ask({"Range": "bytes=-2"}) == (206, "89")
    assert ask({})[0] == 200
    assert ask({"Range": "bytes=10-"})[0] == 400
    assert ask({"If-Unmodified-Since": "Wed, 21 Oct 2015 07:28:00 GMT"})[0] in (409, 412)


def test_a_large_file_goes_to_the_storage_in_parts_and_comes_back_in_parts(w, volume):
    content = os.urandom(1_000_000) * 60
    w.files.upload(f"{volume}/large", io.BytesIO(content))
    back = w.files.download(f"{volume}/large").contents.read()
    assert hashlib.sha256(back).digest() == hashlib.sha256(content).digest()
    with pytest.raises(AlreadyExists):
        w.files.upload(f"{volume}/large", io.BytesIO(content), overwrite=False)


def test_volumes_are_described_listed_renamed_and_deleted(w):
    made = w.volumes.create("main", "default", f"v_{uuid.uuid4().hex[:8]}", VolumeType.MANAGED)
    w.files.upload(f"/Volumes/main/default/{made.name}/kept", io.BytesIO(b"kept"))
    assert made.full_name in [each.full_name for each in w.volumes.list("main", "default")]
    renamed = w.volumes.update(made.full_name, new_name=f"{made.name}_new", comment="renamed")
    assert w.volumes.read(renamed.full_name).comment == "renamed"
    assert w.files.download(f"/Volumes/main/default/{renamed.name}/kept").contents.read() == b"kept"
    w.volumes.delete(renamed.full_name)
    with pytest.raises(NotFound):
        w.volumes.read(renamed.full_name)
    with pytest.raises(NotFound, match="catalog"):
        list(w.volumes.list("other", "default"))


def test_the_cluster_sees_the_same_files(w, python, volume, folder):
    w.dbfs.put(f"{folder}/from_api.txt", contents=b64(b"one\ntwo\n"))
    assert python(f"print(spark.read.text('dbfs:{folder}/from_api.txt').count())").strip() == "2"
    python(f"dbutils.fs.put('dbfs:{folder}/from_spark.txt', 'written on the cluster', True)")
    assert base64.b64decode(w.dbfs.read(f"{folder}/from_spark.txt").data) == b"written on the cluster"
    python(f"spark.range(5).write.mode('overwrite').parquet('dbfs:{volume}/numbers')")
    assert any(e.name.endswith(".parquet") for e in w.files.list_directory_contents(f"{volume}/numbers"))
