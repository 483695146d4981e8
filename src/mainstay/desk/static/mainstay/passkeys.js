// Passkeys: what the browser's own dialog gives goes into the form, which is then sent as any other.
// A form says what it wants (data-passkey: create, get, sign-in) and with what (data-options).
(() => {
  "use strict";
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(Array.from(new Uint8Array(buffer), (b) => String.fromCharCode(b)).join("")).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const keys = (list) => (list || []).map((key) => ({ ...key, id: bytes(key.id) }));

  const created = async (form) => {
    const asked = JSON.parse(form.dataset.options).publicKey;
    const alone = form.elements.passwordless?.checked;
    const made = await navigator.credentials.create({ publicKey: {
      ...asked, challenge: bytes(asked.challenge), user: { ...asked.user, id: bytes(asked.user.id) }, excludeCredentials: keys(asked.excludeCredentials),
      authenticatorSelection: { ...asked.authenticatorSelection, residentKey: alone ? "required" : "discouraged", requireResidentKey: Boolean(alone), ...(alone ? { userVerification: "required" } : {}) },
    } });
    return { ...shared(made), response: { clientDataJSON: text(made.response.clientDataJSON), attestationObject: text(made.response.attestationObject), transports: made.response.getTransports?.() || [] } };
  };

  const given = async (asked) => {
    const got = await navigator.credentials.get({ publicKey: { ...asked, challenge: bytes(asked.challenge), allowCredentials: keys(asked.allowCredentials) } });
    const answer = got.response;
    return { ...shared(got), response: { clientDataJSON: text(answer.clientDataJSON), authenticatorData: text(answer.authenticatorData), signature: text(answer.signature), userHandle: answer.userHandle ? text(answer.userHandle) : null } };
  };

  const shared = (credential) => ({ id: credential.id, rawId: text(credential.rawId), type: credential.type, authenticatorAttachment: credential.authenticatorAttachment, clientExtensionResults: credential.getClientExtensionResults() });

  const options = async (form) => {
    if (form.dataset.options) return JSON.parse(form.dataset.options).publicKey;
    const answer = await fetch(form.action, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()).request_options.publicKey;
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("form[data-passkey]").forEach((form) => {
      if (window.PublicKeyCredential) form.hidden = false;
      form.addEventListener("submit", async (event) => {
        event.preventDefault();
        const failed = form.querySelector("[data-passkey-failed]");
        failed.hidden = true;
        try {
          const credential = form.dataset.passkey === "create" ? await created(form) : await given(await options(form));
          form.elements.credential.value = JSON.stringify(credential);
          form.submit();
        } catch {
          failed.hidden = false;
        }
      });
    });
  });
})();
