// Hands the secret of the link and the form over to the server, and says what became of them.
"use strict";

const form = document.querySelector("form");
const problem = document.getElementById("problem");
const done = document.getElementById("done");
const button = document.getElementById("send");
const password = document.getElementById("password");
// Only where an account may have one, and only shown when the server asks for it.
const secondFactor = document.getElementById("second-factor");

// The fragment: the one part of an address that browsers keep to themselves.
const token = new URLSearchParams(location.hash.slice(1)).get("token");

// French sets a space before a colon.
const colon = document.documentElement.lang === "fr" ? "\u00a0: " : ": ";

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
    const field = document.getElementById(id);
    if (!field || field.closest("[hidden]")) {
      continue;
    }
    const [member, inner] = pointer.slice(1).split("/");
    wishes[member] = inner ? { ...wishes[member], [inner]: field.value } : field.value;
  }
  return wishes;
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

function unmark() {
  for (const id of Object.values(fields)) {
    document.getElementById(id)?.removeAttribute("aria-invalid");
  }
}

// One sentence for each wrong field, after its name on the page; the first such field gets the cursor.
function explain(answer) {
  const wrong = answer.errors ?? [];
  const sentences = wrong.map(({ pointer, message }) => {
    const label = document.querySelector(`label[for="${fields[pointer]}"]`);
    return (label ? label.textContent : pointer) + colon + message;
  });
  const marked = wrong.map(({ pointer }) => document.getElementById(fields[pointer])).filter(Boolean);
  marked.forEach((field) => field.setAttribute("aria-invalid", "true"));
  // The detail of wrong fields is for programs: it points to the list that is written out here.
  say(wrong.length > 0 ? [answer.title, ...sentences] : [answer.title, answer.detail]);
  (marked[0] ?? problem).focus();
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
    headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang },
    body: JSON.stringify(wishes()),
  });
  if (response.ok) {
    finish();
    return;
  }
  const answer = await response.json();
  if (answer.code === "wrong-credentials") {
    // Nobody logs in here: it means that the link is an old one.
    say([form.dataset.wrongLink]);
    problem.focus();
  } else {
    explain(answer);
    if (answer.code === "second-factor-needed" && secondFactor) {
      secondFactor.hidden = false;
      document.getElementById("code").focus();
    }
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  say([]);
  unmark();
  button.disabled = true;
  try {
    await send();
  } catch {
    say([form.dataset.unreachable]);
    problem.focus();
  } finally {
    button.disabled = false;
  }
});

document.getElementById("show").addEventListener("change", (event) => {
  password.type = event.target.checked ? "text" : "password";
});

if (!token) {
  say([form.dataset.wrongLink]);
  button.disabled = true;
}
