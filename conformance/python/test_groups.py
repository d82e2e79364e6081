"""SCIM 2.0 as the official client, Terraform and Entra ID speak it: users, groups in groups, service principals."""

import uuid

import pytest
import requests
from databricks.sdk.errors import BadRequest, DatabricksError, NotFound, PermissionDenied, ResourceConflict
from databricks.sdk.service.iam import ComplexValue, ListSortOrder, Name, Patch, PatchOp, PatchSchema

from members import new_member

SCHEMAS = [PatchSchema.URN_IETF_PARAMS_SCIM_API_MESSAGES_2_0_PATCH_OP]


def values(items) -> list[str]:
    return sorted(each.value for each in items or [])


def patch(api, id: str, *operations: Patch):
    api.patch(id, operations=list(operations), schemas=SCHEMAS)


@pytest.fixture
def user(w):
    made = w.users.create(user_name=f"ada-{uuid.uuid4()}@flights.test", display_name="Ada King", name=Name(given_name="Ada", family_name="King"))
    yield made
    try:
        w.users.delete(made.id)
    except NotFound:
        pass


@pytest.fixture
def group(w):
    made = w.groups.create(display_name=f"pilots {uuid.uuid4()}", entitlements=[ComplexValue(value="allow-cluster-create")])
    yield made
    try:
        w.groups.delete(made.id)
    except NotFound:
        pass


@pytest.fixture(scope="module")
def eve(w, credential):
    member = new_member(w, credential, "eve")
    yield member
    try:
        w.users.delete(member.id)
    except NotFound:
        pass


def test_a_user_is_made_found_replaced_and_removed(w, user):
    got = w.users.get(user.id)
    assert (got.user_name, got.display_name, got.active, got.name.family_name) == (user.user_name, "Ada King", True, "King")
    assert [each.display for each in got.groups] == ["users"] and values(got.emails) == [user.user_name]
    w.users.update(user.id, user_name=user.user_name, display_name="Countess", active=True, entitlements=[ComplexValue(value="allow-cluster-create")])
    got = w.users.get(user.id)
    assert (got.display_name, values(got.entitlements)) == ("Countess", ["allow-cluster-create"])
    w.users.delete(user.id)
    with pytest.raises(NotFound, match=f"User with id {user.id} not found"):
        w.users.get(user.id)


def test_a_user_is_patched_with_and_without_a_path(w, user):
    patch(w.users, user.id, Patch(op=PatchOp.ADD, path="entitlements", value=[{"value": "allow-cluster-create"}]), Patch(op=PatchOp.REPLACE, path="displayName", value="Augusta"))
    got = w.users.get(user.id)
    assert (got.display_name, values(got.entitlements)) == ("Augusta", ["allow-cluster-create"])
    patch(w.users, user.id, Patch(op=PatchOp.REMOVE, path='entitlements[value eq "allow-cluster-create"]'), Patch(op=PatchOp.REPLACE, value={"active": False}))
    got = w.users.get(user.id)
    assert (got.active, got.entitlements or []) == (False, [])
    patch(w.users, user.id, Patch(op=PatchOp.ADD, path="roles", value=[{"value": "arn:aws:iam::1:instance-profile/x"}]))
    assert values(w.users.get(user.id).roles) == ["arn:aws:iam::1:instance-profile/x"]


def test_users_are_filtered_sorted_cut_to_attributes_and_paged(w, user):
    assert [each.id for each in w.users.list(filter=f'userName eq "{user.user_name.upper()}"')] == [user.id]
    assert [each.id for each in w.users.list(filter=f'displayName co "da ki" and userName sw "{user.user_name[:20]}"')] == [user.id]
    assert list(w.users.list(filter='userName eq "nobody" or displayName eq "nobody"')) == []
    shown = next(iter(w.users.list(attributes="userName", filter=f'id eq "{user.id}"')))
    assert (shown.id, shown.user_name, shown.display_name, shown.groups) == (user.id, user.user_name, None, [])
    assert next(iter(w.users.list(excluded_attributes="groups,emails", filter=f'id eq "{user.id}"'))).emails == []
    names = [each.user_name.lower() for each in w.users.list(sort_by="userName", sort_order=ListSortOrder.DESCENDING, count=1)]
    assert names == sorted(names, reverse=True) and user.user_name in names and len(names) == len(set(names))
    with pytest.raises(BadRequest, match="invalidFilter"):
        list(w.users.list(filter="wings eq 2"))


def test_refusals_have_scims_own_shape(w, access, user):
    url, headers = f"{access['DATABRICKS_HOST']}/api/2.0/preview/scim/v2", {"Authorization": f"Bearer {access['DATABRICKS_TOKEN']}"}
    missing = requests.get(f"{url}/Users/1", headers=headers, timeout=10)
    scims = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "404", "detail": "User with id 1 not found."}
    assert missing.status_code == 404 and scims.items() <= missing.json().items()
    assert missing.headers["Content-Type"].startswith("application/scim+json")
    twice = requests.post(f"{url}/Users", headers=headers, json={"userName": user.user_name}, timeout=10)
    assert (twice.status_code, twice.json()["scimType"]) == (409, "uniqueness")
    assert requests.post(f"{url}/Users", headers=headers, json={"displayName": "x"}, timeout=10).json()["scimType"] == "invalidValue"
    assert requests.get(f"{url}/Users", timeout=10).status_code == 401
    with pytest.raises(ResourceConflict):
        w.users.create(user_name=user.user_name)


def test_a_group_is_made_filled_replaced_and_removed(w, user, group):
    assert w.groups.get(group.id).meta.resource_type == "WorkspaceGroup"
    patch(w.groups, group.id, Patch(op=PatchOp.ADD, path="members", value=[{"value": user.id}]), Patch(op=PatchOp.REPLACE, path="externalId", value="e-1"))
    got = w.groups.get(group.id)
    assert (got.external_id, values(got.members), got.members[0].ref) == ("e-1", [user.id], f"Users/{user.id}")
    assert group.display_name in [each.display for each in w.users.get(user.id).groups]
    patch(w.groups, group.id, Patch(op=PatchOp.REMOVE, path=f'members[value eq "{user.id}"]'))
    assert not w.groups.get(group.id).members
    w.groups.update(group.id, display_name=f"{group.display_name} 2", members=[ComplexValue(value=user.id)])
    got = w.groups.get(group.id)
    assert (got.display_name, values(got.members), got.entitlements or []) == (f"{group.display_name} 2", [user.id], [])
    assert [each.id for each in w.groups.list(filter=f'displayName eq "{got.display_name}"')] == [group.id]
    w.groups.delete(group.id)
    assert group.id not in [each.value for each in w.users.get(user.id).groups]


def test_groups_in_groups_give_entitlements_to_members(w, eve, group):
    crew = w.groups.create(display_name=f"crew {uuid.uuid4()}", members=[ComplexValue(value=eve.id)])
    try:
        patch(w.groups, group.id, Patch(op=PatchOp.ADD, path="members", value=[{"value": crew.id}]))
        me = eve.client.current_user.me()
        assert "allow-cluster-create" in values(me.entitlements) and {group.id, crew.id} <= set(values(me.groups))
        assert not w.users.get(eve.id).entitlements, "what a group gives is not the user's own"
        with pytest.raises(BadRequest, match="member of itself"):
            patch(w.groups, crew.id, Patch(op=PatchOp.ADD, path="members", value=[{"value": group.id}]))
    finally:
        w.groups.delete(crew.id)
    assert "allow-cluster-create" not in values(eve.client.current_user.me().entitlements)


def test_everybody_is_in_users_and_administrators_are_in_admins(w, eve):
    groups = {each.display_name: each for each in w.groups.list()}
    assert eve.id in values(groups["users"].members) and eve.id not in values(groups["admins"].members)
    with pytest.raises(PermissionDenied, match="Only workspace administrators may add groups"):
        eve.client.groups.create(display_name="mine")
    patch(w.groups, groups["admins"].id, Patch(op=PatchOp.ADD, path="members", value=[{"value": eve.id}]))
    made = eve.client.groups.create(display_name=f"mine {uuid.uuid4()}")
    eve.client.groups.delete(made.id)
    patch(w.groups, groups["admins"].id, Patch(op=PatchOp.REMOVE, path=f'members[value eq "{eve.id}"]'))
    with pytest.raises(PermissionDenied):
        eve.client.users.create(user_name="x@flights.test")
    with pytest.raises(BadRequest, match="cannot be deleted"):
        w.groups.delete(groups["users"].id)


def test_the_last_administrator_stays(w):
    admins = next(iter(w.groups.list(filter='displayName eq "admins"')))
    members = values(admins.members)
    with pytest.raises(BadRequest, match="last administrator"):
        w.groups.update(admins.id, display_name="admins")
    assert values(w.groups.get(admins.id).members) == members
    me = w.current_user.me()
    others = [each for each in members if each != me.id]
    for each in others:
        patch(w.groups, admins.id, Patch(op=PatchOp.REMOVE, path=f'members[value eq "{each}"]'))
    try:
        for remove in (lambda: w.users.delete(me.id), lambda: patch(w.users, me.id, Patch(op=PatchOp.REPLACE, value={"active": False}))):
            with pytest.raises(BadRequest, match=f"{me.user_name} is the last administrator"):
                remove()
    finally:
        for each in others:
            patch(w.groups, admins.id, Patch(op=PatchOp.ADD, path="members", value=[{"value": each}]))


def test_a_deactivated_user_is_out_at_once_and_comes_back_with_the_same_token(w, eve):
    assert eve.person.here(w.config.host)["user_name"] == eve.user_name
    patch(w.users, eve.id, Patch(op=PatchOp.REPLACE, path="active", value="false"))
    with pytest.raises(DatabricksError):
        eve.client.current_user.me()
    assert eve.person.call("GET", w.config.host, "/api/2.0/preview/scim/v2/Me").status_code == 401
    patch(w.users, eve.id, Patch(op=PatchOp.REPLACE, path="active", value="true"))
    assert eve.client.current_user.me().user_name == eve.user_name
    assert eve.person.call("GET", w.config.host, "/api/2.0/preview/scim/v2/Me").status_code == 401, "the session ended for good"


def test_without_workspace_access_nobody_works_there(w, eve):
    users = next(iter(w.groups.list(filter='displayName eq "users"')))
    patch(w.groups, users.id, Patch(op=PatchOp.REMOVE, path='entitlements[value eq "workspace-access"]'))
    try:
        with pytest.raises(PermissionDenied, match="workspace-access is missing"):
            list(eve.client.clusters.list())
        patch(w.users, eve.id, Patch(op=PatchOp.ADD, path="entitlements", value=[{"value": "workspace-access"}]))
        assert list(eve.client.clusters.list()) == []
    finally:
        patch(w.groups, users.id, Patch(op=PatchOp.ADD, path="entitlements", value=[{"value": "workspace-access"}]))
        patch(w.users, eve.id, Patch(op=PatchOp.REMOVE, path="entitlements"))


def test_a_service_principal_is_made_patched_and_put_in_a_group(w, group):
    application = str(uuid.uuid4())
    made = w.service_principals.create(application_id=application, display_name="robot")
    try:
        patch(w.service_principals, made.id, Patch(op=PatchOp.ADD, path="entitlements", value=[{"value": "allow-cluster-create"}]))
        w.groups.update(group.id, display_name=group.display_name, members=[ComplexValue(value=made.id)])
        got = w.service_principals.get(made.id)
        assert (got.application_id, got.display_name, values(got.entitlements)) == (application, "robot", ["allow-cluster-create"])
        assert group.id in values(got.groups) and w.groups.get(group.id).members[0].ref == f"ServicePrincipals/{made.id}"
        w.service_principals.update(made.id, application_id=application, display_name="other robot", active=True)
        assert [each.display_name for each in w.service_principals.list(filter=f'applicationId eq "{application}"')] == ["other robot"]
        with pytest.raises(NotFound):
            w.users.get(made.id)
    finally:
        w.service_principals.delete(made.id)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://localhost:1", "Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"x-brickyard-browser": "0"}, 403),
        ({}, 200),
    ],
)
def test_a_session_counts_only_for_the_workspaces_own_pages(w, credential, headers, status, intruder):
    answer = intruder.person.call("GET", w.config.host, "/api/2.0/preview/scim/v2/Me", **headers)
    assert answer.status_code == status, answer.text


@pytest.fixture(scope="module")
def intruder(w, credential):
    member = new_member(w, credential, "mallory")
    yield member
    w.users.delete(member.id)
