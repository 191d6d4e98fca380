// Says what the link is for, and accepts it with a new account or with one that exists.
"use strict";

const find = (id) => document.getElementById(id);
const [page, form, problem, button, password] = ["page", "form", "problem", "send", "password"].map(find);
const language = document.documentElement.lang;

// The fragment: the one part of an address that browsers keep to themselves.
const token = new URLSearchParams(location.hash.slice(1)).get("token");

// French sets a space before a colon.
const colon = language === "fr" ? "\u00a0: " : ": ";
const fields = { "/login": "login", "/password": "password", "/code": "code" };

async function post(path, body, access) {
  const headers = { "Content-Type": "application/json", "Accept-Language": language };
  if (access) {
    headers.Authorization = `Bearer ${access}`;
  }
  const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  return { ok: response.ok, status: response.status, answer: response.status === 204 ? {} : await response.json() };
}

function say(sentences) {
  problem.replaceChildren(
    ...sentences.map((sentence) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = sentence;
      return paragraph;
    }),
  );
  problem.hidden = sentences.length === 0;
}

function over() {
  find("told").hidden = true;
  form.hidden = true;
  say([page.dataset.over]);
  problem.focus();
}

// Only an account that has a second factor is asked for a code, and only once its password was right.
function askForCode({ code, title, detail }) {
  const needed = code === "second-factor-needed";
  say(needed ? [title, detail] : [page.dataset.wrong]);
  find("second-factor").hidden = !needed;
  (needed ? find("code") : problem).focus();
}

// One sentence for each wrong field, after its name on the page; the first such field gets the cursor.
function explain({ status, answer }) {
  if (status === 410) {
    over();
    return;
  }
  if (status === 401) {
    askForCode(answer);
    return;
  }
  const wrong = answer.errors ?? [];
  const sentences = wrong.map(({ pointer, message }) => {
    const label = document.querySelector(`label[for="${fields[pointer]}"]`);
    return (label ? label.textContent : pointer) + colon + message;
  });
  const marked = wrong.map(({ pointer }) => find(fields[pointer])).filter(Boolean);
  marked.forEach((field) => field.setAttribute("aria-invalid", "true"));
  say(wrong.length > 0 ? [answer.title, ...sentences] : [answer.title, answer.detail]);
  (marked[0] ?? problem).focus();
}

function finish() {
  // The link is used up: it need not stay in the history of a shared computer.
  history.replaceState(null, "", location.pathname);
  form.hidden = true;
  find("told").hidden = true;
  find("done").hidden = false;
  find("done").focus();
}

// An account that exists logs in, takes the role, and leaves no session behind in this browser.
async function joinWith(account) {
  const code = find("second-factor").hidden ? {} : { code: find("code").value };
  const entered = await post("/v1/auth/login", { ...account, ...code });
  if (!entered.ok) {
    return entered;
  }
  const joined = await post("/v1/invitations/join", { token }, entered.answer.access_token);
  await post("/v1/auth/logout", { refresh_token: entered.answer.refresh_token });
  return joined;
}

async function send() {
  const account = { login: find("login").value, password: password.value };
  const sent = find("new").checked ? await post("/v1/invitations/accept", { token, ...account }) : await joinWith(account);
  if (sent.ok) {
    finish();
  } else {
    explain(sent);
  }
}

async function open() {
  if (!token) {
    over();
    return;
  }
  const told = await post("/v1/invitations/read", { token });
  if (!told.ok) {
    explain(told);
    return;
  }
  const { structure, role, expires_at: until } = told.answer;
  find("structure").textContent = structure;
  find("role").textContent = page.dataset[role];
  find("until").textContent = new Date(until).toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
  find("told").hidden = false;
  form.hidden = false;
}

function choose() {
  const fresh = find("new").checked;
  find("second-factor").hidden = true;
  password.autocomplete = fresh ? "new-password" : "current-password";
  // A password that exists is as long as it is; only a new one has to be fifteen characters long.
  password.minLength = fresh ? 15 : 0;
  for (const hint of ["login-hint", "password-hint"]) {
    find(hint).hidden = !fresh;
  }
}

function unreachable() {
  say([page.dataset.unreachable]);
  problem.focus();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  say([]);
  Object.values(fields).forEach((id) => find(id).removeAttribute("aria-invalid"));
  button.disabled = true;
  try {
    await send();
  } catch {
    unreachable();
  } finally {
    button.disabled = false;
  }
});

find("new").addEventListener("change", choose);
find("mine").addEventListener("change", choose);
find("show").addEventListener("change", (event) => {
  password.type = event.target.checked ? "text" : "password";
});

choose();
open().catch(unreachable);
