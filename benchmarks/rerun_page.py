"""The page rerun.py runs: 200 rows and a plotly chart, the size of a portfolio."""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

rows = 200
frame = pd.DataFrame(
    {
        "asset": [f"C{i}" for i in range(rows)],
        "amount": [i * 1.01 for i in range(rows)],
        "price": [100 + i / 7 for i in range(rows)],
        "value": [(100 + i / 7) * i * 1.01 for i in range(rows)],
    }
)
st.title("Portfolio")
st.metric("Value", f"{frame['value'].sum():,.2f}")
st.dataframe(frame)
st.plotly_chart(go.Figure(go.Scatter(y=frame["value"])))
