"""Everything our policy must let through, and one picture from outside that it must not."""

import plotly.graph_objects as go
import streamlit as st
from streamlit_autorefresh import st_autorefresh

SCRIPT = """
export default function(component) {
  const said = document.createElement("p");
  said.textContent = "inline component ran";
  component.parentElement.replaceChildren(said);
}
"""

refreshed = st_autorefresh(interval=200, limit=5, key="refresh")
st.text(f"refreshed {refreshed}")
st.components.v2.component("inline", js=SCRIPT)(key="inline")
st.plotly_chart(go.Figure(go.Bar(y=[1, 2, 3])))
st.markdown("![beacon](http://beacon.invalid/pixel.png)")
