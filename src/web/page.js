// What the scripts of all pages begin with.
"use strict";

const byId = (id) => document.getElementById(id);
const language = document.documentElement.lang;
// French sets a space before a colon.
const colon = language === "fr" ? "\u00a0: " : ": ";
const problem = byId("problem");

// Puts sentences into an element, which shows as long as there are any.
function tell(element, sentences) {
  element.replaceChildren(
    ...sentences.map((sentence) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = sentence;
      return paragraph;
    }),
  );
  element.hidden = sentences.length === 0;
}

// What went wrong, in sentences: one for each wrong field, after its name on the page. The detail of wrong fields is for
// programs: it points to the list that is written out here.
function sentencesOf({ title, detail, errors = [] }, fieldOf) {
  const wrong = errors.map(({ pointer, message }) => {
    const label = document.querySelector(`label[for="${fieldOf(pointer)}"]`);
    return (label ? label.textContent : pointer) + colon + message;
  });
  return wrong.length > 0 ? [title, ...wrong] : [title, detail];
}

// Marks the wrong fields of a form; the first of them gets the cursor, or else the words.
function mark(errors = [], fieldOf) {
  const marked = errors.map(({ pointer }) => byId(fieldOf(pointer))).filter(Boolean);
  marked.forEach((field) => field.setAttribute("aria-invalid", "true"));
  (marked[0] ?? problem).focus();
}

