// Asks the browser for a passkey, and sends what it says by the page's own form. Fetched by the pages that need it.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const known = ["ble", "hybrid", "internal", "nfc", "smart-card", "usb"];
const descriptors = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

async function made(options) {
  const publicKey = { ...options, challenge: bytes(options.challenge), excludeCredentials: descriptors(options.excludeCredentials) };
  publicKey.user = { ...options.user, id: bytes(options.user.id) };
  const key = await navigator.credentials.create({ publicKey });
  return {
    attestationObject: text(key.response.attestationObject),
    authenticatorAttachment: key.authenticatorAttachment,
    clientDataJSON: text(key.response.clientDataJSON),
    clientExtensionResults: {},
    transports: (key.response.getTransports?.() || []).filter((one) => known.includes(one)),
    type: "public-key",
  };
}

async function shown(options) {
  const publicKey = { ...options, challenge: bytes(options.challenge), allowCredentials: descriptors(options.allowCredentials) };
  const key = await navigator.credentials.get({ publicKey });
  return {
    authenticatorAttachment: key.authenticatorAttachment,
    authenticatorData: text(key.response.authenticatorData),
    clientDataJSON: text(key.response.clientDataJSON),
    clientExtensionResults: {},
    id: text(key.rawId),
    signature: text(key.response.signature),
    type: "public-key",
    userHandle: key.response.userHandle ? text(key.response.userHandle) : null,
  };
}

document.querySelectorAll("form[data-passkey]").forEach((form) => {
  const words = form.dataset;
  const said = form.querySelector("[data-said]");
  const say = (word) => { said.textContent = word; said.hidden = !word; };
  const button = form.querySelector("button");
  form.parentElement.querySelector("[data-unscripted]")?.remove();
  if (location.origin !== words.origin) return say(words.textElsewhere);
  if (!window.PublicKeyCredential) return say(words.textNone);
  button.disabled = false;
  form.addEventListener("submit", async (event) => {
    if (form.elements.answer.value || !form.reportValidity()) return;
    event.preventDefault();
    say("");
    button.disabled = true;
    try {
      const answer = await (words.passkey === "add" ? made : shown)(JSON.parse(words.options));
      form.elements.answer.value = JSON.stringify(answer);
      form.submit();
    } catch (error) {
      button.disabled = false;
      say(error.name === "InvalidStateError" ? words.textKnown : words.textStopped);
    }
  });
});
