/**
 * The API's page: every operation of openapi.json, and a form to try it as whoever is signed in.
 *
 *   openapi.json → sections by tag → one row per operation → Send → the answer as text
 *
 * It sends nothing by itself, and writes what comes back as text only.
 */

const root = document.getElementById("operations");
const SAFE = new Set(["get", "head"]);

function make(tag, name = "", text = "") {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text) element.textContent = text;
  return element;
}

/** Follow a `$ref`, or return the shape itself. */
function shapeOf(api, shape) {
  const name = shape?.$ref?.split("/").pop();
  return name ? api.components.schemas[name] : (shape ?? {});
}

/** Say what a value may be, in a few words. */
function words(api, shape) {
  const found = shapeOf(api, shape);
  if (found.enum) return found.enum.join(" | ");
  const options = found.anyOf?.filter((option) => option.type !== "null");
  if (options) return options.map((option) => words(api, option)).join(" | ");
  if (found.type === "array") return `list of ${words(api, found.items)}`;
  return found.format ?? found.type ?? "any";
}

/** Return an example of a shape, with only its required fields filled in. */
function example(api, shape) {
  const found = shapeOf(api, shape);
  if ("default" in found) return found.default;
  if (found.enum) return found.enum[0];
  if (found.anyOf) return null;
  if (found.type === "integer" || found.type === "number") return found.minimum ?? 0;
  if (found.type === "boolean") return false;
  if (found.type === "array") return [];
  if (found.type !== "object") return "";
  const names = found.required ?? [];
  return Object.fromEntries(names.map((name) => [name, example(api, found.properties[name])]));
}

function fieldsOf(api, shape) {
  const found = shapeOf(api, shape);
  const rows = Object.entries(found.properties ?? {}).map(([name, field]) => ({
    name,
    kind: words(api, field),
    needed: found.required?.includes(name) ?? false,
    says: field.description ?? shapeOf(api, field).description ?? "",
  }));
  return rows.length ? table(rows) : null;
}

function table(rows) {
  const list = make("dl", "fields");
  for (const row of rows) {
    const term = make("dt");
    term.append(make("code", "", row.name), make("span", "muted", row.needed ? " required" : ""));
    list.append(term, make("dd", "", [row.kind, row.says].filter(Boolean).join(" · ")));
  }
  return list;
}

class Operation {
  constructor(api, base, path, method, operation) {
    Object.assign(this, { api, base, path, method, operation });
    this.inputs = new Map();
    this.element = make("details", "operation");
    const line = make("summary");
    line.append(make("b", `method ${method}`, method.toUpperCase()), make("code", "", path));
    line.append(make("span", "muted", operation.summary ?? ""));
    this.element.append(line);
    this.element.addEventListener("toggle", () => this.fill(), { once: true });
  }

  fill() {
    const { api, operation } = this;
    if (operation.description) this.element.append(make("p", "", operation.description));
    for (const parameter of operation.parameters ?? []) this.addInput(parameter);
    this.bodyShape = operation.requestBody?.content["application/json"]?.schema;
    if (this.bodyShape) {
      this.element.append(make("h3", "", "Body"), fieldsOf(api, this.bodyShape) ?? "");
      this.body = make("textarea");
      this.body.value = JSON.stringify(example(api, this.bodyShape), null, 2);
      this.body.rows = Math.min(12, this.body.value.split("\n").length + 1);
      this.body.spellcheck = false;
      this.body.ariaLabel = "Body";
      this.element.append(this.body);
    }
    const good = Object.entries(operation.responses).find(([code]) => code.startsWith("2"));
    const fields = fieldsOf(api, good?.[1].content?.["application/json"]?.schema);
    if (fields) this.element.append(make("h3", "", `Answer ${good[0]}`), fields);
    const send = make("button", "send", `Send ${this.method.toUpperCase()}`);
    send.type = "button";
    send.addEventListener("click", () => this.send(send));
    this.answer = make("pre", "answer");
    this.answer.hidden = true;
    this.element.append(send, this.answer);
  }

  addInput(parameter) {
    const label = make("label");
    const input = make("input");
    input.placeholder = words(this.api, parameter.schema);
    input.required = parameter.required;
    label.append(make("code", "", parameter.name), input);
    this.inputs.set(input, parameter);
    this.element.append(label);
  }

  address() {
    let path = this.path;
    const query = new URLSearchParams();
    for (const [input, { name, in: place }] of this.inputs) {
      if (place === "path") path = path.replace(`{${name}}`, encodeURIComponent(input.value));
      else if (input.value) query.append(name, input.value);
    }
    return this.base + path + (query.size ? `?${query}` : "");
  }

  async send(button) {
    button.disabled = true;
    this.answer.hidden = false;
    this.answer.textContent = "…";
    try {
      const headers = { accept: "application/json" };
      if (this.body) headers["content-type"] = "application/json";
      if (!SAFE.has(this.method)) headers["x-csrf-token"] = await csrfToken(this.base);
      const answer = await fetch(this.address(), {
        method: this.method.toUpperCase(),
        headers,
        body: this.body?.value,
        cache: "no-store",
      });
      const text = await answer.text();
      this.answer.textContent = `${answer.status} ${answer.statusText}\n\n${pretty(text)}`;
    } catch (error) {
      this.answer.textContent = `Not sent: ${error.message}`;
    } finally {
      button.disabled = false;
    }
  }
}

async function csrfToken(base) {
  const answer = await fetch(`${base}/auth/session`, { cache: "no-store" });
  return answer.ok ? (await answer.json()).csrfToken : "";
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

async function draw() {
  const answer = await fetch("/api/v1/openapi.json");
  if (!answer.ok) throw new Error(`openapi.json: ${answer.status}`);
  const api = await answer.json();
  const base = api.servers?.[0]?.url ?? "/api/v1";
  const sections = new Map();
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags?.[0] ?? "other";
      if (!sections.has(tag)) sections.set(tag, []);
      sections.get(tag).push(new Operation(api, base, path, method, operation).element);
    }
  }
  root.replaceChildren(make("p", "muted", `Everything below starts with ${base}.`));
  for (const [tag, operations] of sections) {
    const section = make("section");
    section.append(make("h2", "", tag), ...operations);
    root.append(section);
  }
}

draw().catch((error) => root.replaceChildren(make("p", "", `Cannot be read: ${error.message}`)));
