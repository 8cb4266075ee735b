/** Hands a Streamlit component over to one of our own modules, which the browser may keep. */
export default async function (component) {
  const { mount } = await import(new URL("__MODULE__", location.origin));
  return mount(component);
}
