// Hands the secret of the link and the form over to the server, and says what became of them.
const form = document.querySelector("form");
const done = byId("done");
const button = byId("send");
const password = byId("password");
// Only where an account may have one, and only shown when the server asks for it.
const secondFactor = byId("second-factor");

// The fragment: the one part of an address that browsers keep to themselves.
const token = new URLSearchParams(location.hash.slice(1)).get("token");

// Which field of the form a pointer of the server's answer is about.
const fields = {
  "/login": "login",
  "/password": "password",
  "/structure/name": "structure-name",
  "/structure/kind": "structure-kind",
  "/code": "code",
};

// What the shown fields of this page hold, where their pointers say.
function wishes() {
  const wishes = { token };
  for (const [pointer, id] of Object.entries(fields)) {
    const field = byId(id);
    if (!field || field.closest("[hidden]")) {
      continue;
    }
    const [member, inner] = pointer.slice(1).split("/");
    wishes[member] = inner ? { ...wishes[member], [inner]: field.value } : field.value;
  }
  return wishes;
}

function unmark() {
  for (const id of Object.values(fields)) {
    byId(id)?.removeAttribute("aria-invalid");
  }
}

function explain(answer) {
  const fieldOf = (pointer) => fields[pointer];
  tell(problem, sentencesOf(answer, fieldOf));
  mark(answer.errors, fieldOf);
}

function finish() {
  // The link is used up: it need not stay in the history of a shared computer.
  history.replaceState(null, "", location.pathname);
  form.hidden = true;
  done.hidden = false;
  done.focus();
}

async function send() {
  const response = await fetch(form.action, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Accept-Language": language },
    body: JSON.stringify(wishes()),
  });
  if (response.ok) {
    finish();
    return;
  }
  const answer = await response.json();
  if (answer.code === "wrong-credentials") {
    // Nobody logs in here: it means that the link is an old one.
    tell(problem, [form.dataset.wrongLink]);
    problem.focus();
  } else {
    explain(answer);
    if (answer.code === "second-factor-needed" && secondFactor) {
      secondFactor.hidden = false;
      byId("code").focus();
    }
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  tell(problem, []);
  unmark();
  button.disabled = true;
  try {
    await send();
  } catch {
    tell(problem, [form.dataset.unreachable]);
    problem.focus();
  } finally {
    button.disabled = false;
  }
});

byId("show").addEventListener("change", (event) => {
  password.type = event.target.checked ? "text" : "password";
});

if (!token) {
  tell(problem, [form.dataset.wrongLink]);
  button.disabled = true;
}
