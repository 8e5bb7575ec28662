// Puts a calendar file's text into its field, so that it is sent with the form.
const file = document.getElementById("calendar-file");
file?.addEventListener("change", async () => {
  if (file.files[0]) document.getElementById("calendar").value = await file.files[0].text();
});
