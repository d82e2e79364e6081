"""Permissions that deny: one person has a cluster, another one sees, uses or manages as much of it as was given."""

import base64
import os
import uuid

import grpc
import pytest
from databricks.sdk.errors import BadRequest, DatabricksError, InvalidParameterValue, NotFound, NotImplemented, PermissionDenied, ResourceDoesNotExist
from databricks.sdk.service.compute import ClusterAccessControlRequest, ClusterPermissionLevel, Language as CommandLanguage
from databricks.sdk.service.iam import AccessControlRequest, PermissionLevel
from databricks.sdk.service.settings import TokenAccessControlRequest, TokenPermissionLevel
from databricks.sdk.service.workspace import ImportFormat, Language

from members import new_member

LEVELS = ["CAN_ATTACH_TO", "CAN_RESTART", "CAN_MANAGE"]


@pytest.fixture(scope="module")
def ivy(w, credential):
    member = new_member(w, credential, "ivy")
    yield member
    w.users.delete(member.id)


@pytest.fixture(scope="module")
def theirs(w, smallest):
    """A cluster of the administrator, terminated, so that verbs answer at once."""
    made = w.clusters.create(cluster_name="permissions", num_workers=0, **smallest)
    w.clusters.delete_and_wait(made.cluster_id)
    yield made.cluster_id
    w.clusters.permanent_delete(made.cluster_id)


def give(w, cluster: str, *entries: AccessControlRequest):
    return w.permissions.set("clusters", cluster, access_control_list=list(entries))


def spark_connect(token: str, host: str, cluster: str) -> grpc.StatusCode:
    """What an empty call of Spark Connect is answered."""
    with open(os.environ["GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"], "rb") as authorities:
        credentials = grpc.ssl_channel_credentials(authorities.read())
    metadata = [("authorization", f"Bearer {token}"), ("x-databricks-cluster-id", cluster)]
    with grpc.secure_channel(host.removeprefix("https://"), credentials) as channel:
        try:
            channel.unary_unary("/spark.connect.SparkConnectService/Config")(b"", metadata=metadata, timeout=20)
        except grpc.RpcError as refused:
            return refused.code()
    return grpc.StatusCode.OK


def test_the_levels_of_a_cluster_are_told(w, theirs):
    assert [each.permission_level.value for each in w.clusters.get_permission_levels(theirs).permission_levels] == LEVELS
    assert all(each.description for each in w.permissions.get_permission_levels("clusters", theirs).permission_levels)


def test_who_makes_a_cluster_manages_it_and_administrators_inherit(w, theirs):
    held = w.permissions.get("clusters", theirs)
    assert (held.object_id, held.object_type) == (f"/clusters/{theirs}", "cluster")
    by_name = {each.user_name or each.group_name or each.service_principal_name: each.all_permissions for each in held.access_control_list}
    mine = by_name[w.current_user.me().user_name]
    assert [(each.permission_level.value, each.inherited) for each in mine] == [("CAN_MANAGE", False)]
    assert [(each.permission_level.value, each.inherited, each.inherited_from_object) for each in by_name["admins"]] == [("CAN_MANAGE", True, ["/clusters/"])]


def test_without_a_level_a_cluster_does_not_exist(w, ivy, theirs):
    give(w, theirs)
    assert theirs not in [each.cluster_id for each in ivy.client.clusters.list()]
    with pytest.raises(ResourceDoesNotExist, match=f"Cluster {theirs} does not exist"):
        ivy.client.clusters.get(theirs)
    for verb in ("start", "restart", "delete", "permanent-delete", "pause", "events"):
        with pytest.raises(DatabricksError, match=f"Cluster {theirs} does not exist"):
            ivy.client.api_client.do("POST", f"/api/2.1/clusters/{verb}", body={"cluster_id": theirs})
    with pytest.raises(DatabricksError, match="does not exist"):
        ivy.client.api_client.do("POST", "/api/1.2/contexts/create", body={"clusterId": theirs, "language": "python"})
    with pytest.raises(NotFound, match=f"Cluster {theirs} does not exist"):
        ivy.client.permissions.get("clusters", theirs)
    assert spark_connect(ivy.client.config.token, w.config.host, theirs) == grpc.StatusCode.NOT_FOUND
    assert ivy.client.api_client.do("GET", f"/api/2.0/brickyard/permissions/clusters/{theirs}/me") == {"level": None}


def test_a_lesser_level_is_told_what_is_missing_and_who_can_give_it(w, ivy, theirs):
    give(w, theirs, AccessControlRequest(user_name=ivy.user_name, permission_level=PermissionLevel.CAN_ATTACH_TO))
    assert ivy.client.clusters.get(theirs).cluster_name == "permissions"
    assert theirs in [each.cluster_id for each in ivy.client.clusters.list()]
    assert spark_connect(ivy.client.config.token, w.config.host, theirs) == grpc.StatusCode.FAILED_PRECONDITION, "allowed, but it does not run"
    with pytest.raises(PermissionDenied, match=f"may not start cluster {theirs}: CAN_RESTART is needed.*has CAN_ATTACH_TO.*administrator"):
        ivy.client.api_client.do("POST", "/api/2.1/clusters/start", body={"cluster_id": theirs})
    with pytest.raises(PermissionDenied, match="CAN_MANAGE is needed"):
        ivy.client.clusters.permanent_delete(theirs)
    with pytest.raises(PermissionDenied, match="CAN_MANAGE is needed"):
        ivy.client.permissions.update("clusters", theirs, access_control_list=[AccessControlRequest(user_name=ivy.user_name, permission_level=PermissionLevel.CAN_MANAGE)])
    assert ivy.client.api_client.do("GET", f"/api/2.0/brickyard/permissions/clusters/{theirs}/me") == {"level": "CAN_ATTACH_TO"}


def test_on_a_running_cluster_a_level_counts_from_one_call_to_the_next(w, ivy, cluster):
    id, door = cluster.cluster_id, [grpc.StatusCode.NOT_FOUND, grpc.StatusCode.PERMISSION_DENIED]
    mine = AccessControlRequest(user_name=w.current_user.me().user_name, permission_level=PermissionLevel.CAN_MANAGE)
    assert spark_connect(ivy.client.config.token, w.config.host, id) == grpc.StatusCode.NOT_FOUND
    with pytest.raises(DatabricksError, match=f"Cluster {id} does not exist"):
        ivy.client.command_execution.create(cluster_id=id, language=CommandLanguage.PYTHON)
    give(w, id, mine, AccessControlRequest(user_name=ivy.user_name, permission_level=PermissionLevel.CAN_ATTACH_TO))
    context = ivy.client.command_execution.create_and_wait(cluster_id=id, language=CommandLanguage.PYTHON).id
    run = lambda: ivy.client.command_execution.execute(cluster_id=id, context_id=context, language=CommandLanguage.PYTHON, command="6 * 7").result()  # noqa: E731
    assert run().results.data == "42"
    assert spark_connect(ivy.client.config.token, w.config.host, id) not in door
    with pytest.raises(PermissionDenied, match="may not terminate"):
        ivy.client.clusters.delete(id)
    give(w, id, mine)
    with pytest.raises(DatabricksError, match=f"Cluster {id} does not exist"):
        run()
    assert spark_connect(ivy.client.config.token, w.config.host, id) in door
    w.command_execution.destroy(id, context)


def test_a_level_by_a_group_in_a_group_opens_and_closes_at_once(w, ivy, theirs):
    inner = w.groups.create(display_name=f"inner-{uuid.uuid4()}")
    outer = w.groups.create(display_name=f"outer-{uuid.uuid4()}")
    patch = lambda group, op, **more: w.api_client.do("PATCH", f"/api/2.0/preview/scim/v2/Groups/{group}", body={"Operations": [{"op": op, **more}]})  # noqa: E731
    patch(inner.id, "add", path="members", value=[{"value": ivy.id}])
    patch(outer.id, "add", path="members", value=[{"value": inner.id}])
    give(w, theirs, AccessControlRequest(group_name=outer.display_name, permission_level=PermissionLevel.CAN_RESTART))
    ivy.client.clusters.delete(theirs)  # terminated already: allowed, and nothing to do
    patch(inner.id, "remove", path=f'members[value eq "{ivy.id}"]')
    with pytest.raises(ResourceDoesNotExist):
        ivy.client.clusters.get(theirs)
    for group in (outer, inner):
        w.groups.delete(group.id)
    assert [each.group_name for each in w.permissions.get("clusters", theirs).access_control_list] == ["admins"]


def test_a_manager_edits_the_cluster_and_who_may_what(w, ivy, theirs, smallest):
    w.clusters.set_permissions(theirs, access_control_list=[ClusterAccessControlRequest(user_name=ivy.user_name, permission_level=ClusterPermissionLevel.CAN_MANAGE)])
    ivy.client.clusters.edit(cluster_id=theirs, cluster_name="permissions", num_workers=0, **smallest)
    changed = ivy.client.clusters.update_permissions(theirs, access_control_list=[ClusterAccessControlRequest(group_name="users", permission_level=ClusterPermissionLevel.CAN_ATTACH_TO)])
    assert [(each.user_name or each.group_name, each.all_permissions[0].permission_level.value) for each in changed.access_control_list] == [
        (ivy.user_name, "CAN_MANAGE"), ("users", "CAN_ATTACH_TO"), ("admins", "CAN_MANAGE"),
    ]
    with pytest.raises(PermissionDenied, match="administrators"):
        ivy.client.clusters.pin(theirs)


def test_lists_come_back_exactly_and_an_empty_one_takes_everything(w, ivy, theirs):
    wanted = [("group_name", "users", "CAN_ATTACH_TO"), ("user_name", ivy.user_name, "CAN_RESTART"), ("user_name", w.current_user.me().user_name, "CAN_MANAGE")]
    give(w, theirs, *[AccessControlRequest(**{field: name, "permission_level": PermissionLevel(level)}) for field, name, level in wanted])
    held = w.permissions.get("clusters", theirs).access_control_list
    assert [("group_name" if each.group_name else "user_name", each.group_name or each.user_name, permission.permission_level.value)
            for each in held for permission in each.all_permissions if not permission.inherited] == wanted
    assert [each.group_name for each in give(w, theirs).access_control_list] == ["admins"]


@pytest.mark.parametrize(
    ("entry", "error", "message"),
    [
        ({"user_name": "nobody@nowhere.test", "permission_level": "CAN_MANAGE"}, ResourceDoesNotExist, r"Principal: UserName\(nobody@nowhere.test\) does not exist"),
        ({"group_name": "nobody", "permission_level": "CAN_MANAGE"}, ResourceDoesNotExist, r"Principal: GroupName\(nobody\) does not exist"),
        ({"group_name": "users", "permission_level": "CAN_READ"}, InvalidParameterValue, "access_control_list.0.permission_level.*CAN_ATTACH_TO, CAN_RESTART, CAN_MANAGE"),
        ({"permission_level": "CAN_MANAGE"}, InvalidParameterValue, "access_control_list.0"),
    ],
)
def test_a_wrong_entry_is_refused_by_its_field(w, theirs, entry, error, message):
    with pytest.raises(error, match=message):
        w.api_client.do("PUT", f"/api/2.0/permissions/clusters/{theirs}", body={"access_control_list": [entry]})


@pytest.fixture(scope="module")
def folder(w):
    """A folder in the administrator's home with a folder in it, and in that a notebook and a file."""
    path = f"/Users/{w.current_user.me().user_name}/permissions-{uuid.uuid4()}"
    w.workspace.mkdirs(f"{path}/inner")
    w.workspace.import_(f"{path}/inner/notebook", content=base64.b64encode(b"1 + 1").decode(), format=ImportFormat.SOURCE, language=Language.PYTHON)
    w.workspace.upload(f"{path}/inner/notes.txt", b"hello", format=ImportFormat.AUTO)
    yield path
    w.workspace.delete(path, recursive=True)


def object_id(w, path: str) -> str:
    return str(w.workspace.get_status(path).object_id)


def test_a_notebook_inherits_from_its_folders(w, ivy, folder):
    outer, inner, notebook, file = (object_id(w, f"{folder}{rest}") for rest in ("", "/inner", "/inner/notebook", "/inner/notes.txt"))
    assert [each.permission_level.value for each in w.permissions.get_permission_levels("notebooks", notebook).permission_levels] == ["CAN_READ", "CAN_RUN", "CAN_EDIT", "CAN_MANAGE"]
    with pytest.raises(DatabricksError):
        ivy.client.workspace.get_status(f"{folder}/inner/notebook")
    with pytest.raises(NotFound, match=f"Notebook {notebook} does not exist"):
        ivy.client.permissions.get("notebooks", notebook)
    w.permissions.update("directories", outer, access_control_list=[AccessControlRequest(user_name=ivy.user_name, permission_level=PermissionLevel.CAN_READ)])
    for type, id in (("notebooks", notebook), ("files", file)):
        held = ivy.client.permissions.get(type, id)
        assert (held.object_id, held.object_type) == (f"/{type}/{id}", type.removesuffix("s"))
        hers = next(each for each in held.access_control_list if each.user_name == ivy.user_name)
        assert [(each.permission_level.value, each.inherited, each.inherited_from_object) for each in hers.all_permissions] == [("CAN_READ", True, [f"/directories/{outer}"])]
    w.permissions.set("directories", inner, access_control_list=[AccessControlRequest(user_name=ivy.user_name, permission_level=PermissionLevel.CAN_RUN)])
    hers = next(each for each in w.permissions.get("notebooks", notebook).access_control_list if each.user_name == ivy.user_name)
    assert [(each.permission_level.value, each.inherited_from_object) for each in hers.all_permissions] == [("CAN_RUN", [f"/directories/{inner}"]), ("CAN_READ", [f"/directories/{outer}"])]
    assert ivy.client.api_client.do("GET", f"/api/2.0/brickyard/permissions/notebooks/{notebook}/me") == {"level": "CAN_RUN"}
    w.permissions.set("directories", inner)
    w.permissions.set("directories", outer)
    with pytest.raises(DatabricksError):
        ivy.client.workspace.get_status(f"{folder}/inner/notebook")


def test_what_a_level_of_a_notebook_allows(w, ivy, folder):
    path = f"{folder}/inner/notebook"
    id = object_id(w, path)
    edit = lambda: ivy.client.workspace.import_(path, content=base64.b64encode(b"2 + 2").decode(), format=ImportFormat.SOURCE, language=Language.PYTHON, overwrite=True)  # noqa: E731
    give = lambda level: w.permissions.set("notebooks", id, access_control_list=[AccessControlRequest(user_name=ivy.user_name, permission_level=level)])  # noqa: E731
    give(PermissionLevel.CAN_READ)
    assert b"1 + 1" in ivy.client.workspace.download(path).read()
    with pytest.raises(PermissionDenied, match="CAN_EDIT is needed.*has CAN_READ"):
        edit()
    give(PermissionLevel.CAN_EDIT)
    edit()
    with pytest.raises(PermissionDenied, match="CAN_MANAGE is needed"):
        ivy.client.workspace.delete(path)
    with pytest.raises(PermissionDenied, match="CAN_MANAGE is needed"):
        ivy.client.permissions.set("notebooks", id, access_control_list=[])
    give(PermissionLevel.CAN_MANAGE)
    assert w.workspace.get_permissions("notebooks", id).access_control_list[0].all_permissions[0].permission_level.value == "CAN_MANAGE"
    ivy.client.workspace.delete(path)


def test_unknown_objects_and_types_are_told_apart(w):
    with pytest.raises(NotFound, match="Cluster 1234-nothing does not exist"):
        w.permissions.get("clusters", "1234-nothing")
    with pytest.raises(NotFound, match="Notebook 99999999 does not exist"):
        w.permissions.get("notebooks", "99999999")
    with pytest.raises(NotImplemented, match="jobs"):
        w.permissions.get("jobs", "1")
    with pytest.raises(BadRequest, match="spoons"):
        w.permissions.get("spoons", "1")


def test_tokens_are_refused_to_who_may_not_make_them(w, ivy):
    before = w.token_management.get_permissions()
    assert ("users", TokenPermissionLevel.CAN_USE) in [(each.group_name, each.all_permissions[0].permission_level) for each in before.access_control_list]
    assert [each.permission_level.value for each in w.token_management.get_permission_levels().permission_levels] == ["CAN_USE"]
    with pytest.raises(PermissionDenied):
        ivy.client.token_management.get_permissions()
    try:
        w.token_management.set_permissions(access_control_list=[TokenAccessControlRequest(group_name="admins", permission_level=TokenPermissionLevel.CAN_USE)])
        with pytest.raises(DatabricksError):
            ivy.client.current_user.me()  # the token is gone with the right to have one
        refused = ivy.person.call("POST", w.config.host, "/api/2.0/token/create", {"lifetime_seconds": 60})
        assert (refused.status_code, refused.json()["error_code"]) == (403, "PERMISSION_DENIED") and "CAN_USE is needed" in refused.text
    finally:
        w.token_management.set_permissions(access_control_list=[TokenAccessControlRequest(group_name="users", permission_level=TokenPermissionLevel.CAN_USE)])
    assert ivy.person.call("POST", w.config.host, "/api/2.0/token/create", {"lifetime_seconds": 60}).status_code == 200


def test_the_grants_of_a_removed_user_are_gone(w, credential, theirs):
    max_ = new_member(w, credential, "max")
    give(w, theirs, AccessControlRequest(user_name=max_.user_name, permission_level=PermissionLevel.CAN_RESTART))
    w.users.delete(max_.id)
    assert [each.group_name for each in w.permissions.get("clusters", theirs).access_control_list] == ["admins"]
    again = w.users.create(user_name=max_.user_name)
    try:
        assert [each.group_name for each in w.permissions.get("clusters", theirs).access_control_list] == ["admins"]
    finally:
        w.users.delete(again.id)
