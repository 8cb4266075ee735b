"""The only room with Streamlit: the shell, the parts pages are made of, and the browser code."""
