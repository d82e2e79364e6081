"""What an administrator does: members, everybody's tokens, and clusters that stand still."""

import os
import uuid

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import DatabricksError
from databricks.sdk.service.compute import State


def test_a_service_principal_is_added_found_and_removed(w):
    known = [each for each in w.service_principals.list() if each.application_id == os.environ["AZURE_CLIENT_ID"]]
    if known:
        w.service_principals.delete(known[0].id)
    added = w.service_principals.create(application_id=os.environ["AZURE_CLIENT_ID"], display_name="robot")
    assert w.service_principals.get(added.id).application_id == os.environ["AZURE_CLIENT_ID"]
    w.service_principals.delete(added.id)
    with pytest.raises(DatabricksError):
        w.service_principals.get(added.id)


def test_a_user_is_found_by_id(w):
    me = w.current_user.me()
    assert w.users.get(me.id).user_name == me.user_name


def test_an_administrator_sees_everybodys_tokens_and_revokes_one(w, access):
    made = w.tokens.create(comment=f"to be revoked {uuid.uuid4()}", lifetime_seconds=600)
    listed = {token.token_id: token for token in w.token_management.list()}
    assert listed[made.token_info.token_id].comment == made.token_info.comment
    assert w.token_management.get(made.token_info.token_id).token_info.created_by_username == w.current_user.me().user_name
    w.token_management.delete(made.token_info.token_id)
    with pytest.raises(DatabricksError):
        WorkspaceClient(host=access["DATABRICKS_HOST"], token=made.token_value).current_user.me()


def test_a_terminated_cluster_is_renamed_and_given_to_somebody(w, smallest):
    made = w.clusters.create(cluster_name="before", num_workers=0, **smallest)
    w.clusters.delete_and_wait(made.cluster_id)
    w.clusters.edit(cluster_id=made.cluster_id, cluster_name="after", num_workers=1, **smallest)
    shown = w.clusters.get(made.cluster_id)
    assert (shown.state, shown.cluster_name, shown.num_workers) == (State.TERMINATED, "after", 1)
    w.clusters.change_owner(cluster_id=made.cluster_id, owner_username=w.current_user.me().user_name)
    assert w.clusters.get(made.cluster_id).creator_user_name == w.current_user.me().user_name
    w.clusters.permanent_delete(made.cluster_id)
