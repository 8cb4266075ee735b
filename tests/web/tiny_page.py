"""Says who is looking, and keeps a secret in the session of the person called alice."""

import streamlit as st

uid = st.user.get("uid")
if uid == "alice":
    st.session_state["secret"] = "ALICE-secret"
st.text(f"uid={uid} secret={st.session_state.get('secret')}")
