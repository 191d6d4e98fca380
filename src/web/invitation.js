// Says what the link is for, and accepts it with a new account or with one that exists.
const [page, form, button, password] = ["page", "form", "send", "password"].map(byId);

// The fragment: the one part of an address that browsers keep to themselves.
const token = new URLSearchParams(location.hash.slice(1)).get("token");

const fields = { "/login": "login", "/password": "password", "/code": "code" };

async function post(path, body, access) {
  const headers = { "Content-Type": "application/json", "Accept-Language": language };
  if (access) {
    headers.Authorization = `Bearer ${access}`;
  }
  const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  return { ok: response.ok, status: response.status, answer: response.status === 204 ? {} : await response.json() };
}

function over() {
  byId("told").hidden = true;
  form.hidden = true;
  tell(problem, [page.dataset.over]);
  problem.focus();
}

// Only an account that has a second factor is asked for a code, and only once its password was right.
function askForCode({ code, title, detail }) {
  const needed = code === "second-factor-needed";
  tell(problem, needed ? [title, detail] : [page.dataset.wrong]);
  byId("second-factor").hidden = !needed;
  (needed ? byId("code") : problem).focus();
}

function explain({ status, answer }) {
  if (status === 410) {
    over();
    return;
  }
  if (status === 401) {
    askForCode(answer);
    return;
  }
  const fieldOf = (pointer) => fields[pointer];
  tell(problem, sentencesOf(answer, fieldOf));
  mark(answer.errors, fieldOf);
}

function finish() {
  // The link is used up: it need not stay in the history of a shared computer.
  history.replaceState(null, "", location.pathname);
  form.hidden = true;
  byId("told").hidden = true;
  byId("done").hidden = false;
  byId("done").focus();
}

// An account that exists logs in, takes the role, and leaves no session behind in this browser.
async function joinWith(account) {
  const code = byId("second-factor").hidden ? {} : { code: byId("code").value };
  const entered = await post("/v1/auth/login", { ...account, ...code });
  if (!entered.ok) {
    return entered;
  }
  const joined = await post("/v1/invitations/join", { token }, entered.answer.access_token);
  await post("/v1/auth/logout", { refresh_token: entered.answer.refresh_token });
  return joined;
}

async function send() {
  const account = { login: byId("login").value, password: password.value };
  const sent = byId("new").checked ? await post("/v1/invitations/accept", { token, ...account }) : await joinWith(account);
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
  byId("structure").textContent = structure;
  byId("role").textContent = page.dataset[role];
  byId("until").textContent = new Date(until).toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
  byId("told").hidden = false;
  form.hidden = false;
}

function choose() {
  const fresh = byId("new").checked;
  byId("second-factor").hidden = true;
  password.autocomplete = fresh ? "new-password" : "current-password";
  // A password that exists is as long as it is; only a new one has to be fifteen characters long.
  password.minLength = fresh ? 15 : 0;
  for (const hint of ["login-hint", "password-hint"]) {
    byId(hint).hidden = !fresh;
  }
}

function unreachable() {
  tell(problem, [page.dataset.unreachable]);
  problem.focus();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  tell(problem, []);
  Object.values(fields).forEach((id) => byId(id).removeAttribute("aria-invalid"));
  button.disabled = true;
  try {
    await send();
  } catch {
    unreachable();
  } finally {
    button.disabled = false;
  }
});

byId("new").addEventListener("change", choose);
byId("mine").addEventListener("change", choose);
byId("show").addEventListener("change", (event) => {
  password.type = event.target.checked ? "text" : "password";
});

choose();
open().catch(unreachable);
