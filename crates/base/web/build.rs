//! Makes the table of assets and the names of icons from `assets/dist/manifest.json`, which `scripts/assets` writes.

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::exit,
};

#[derive(serde::Deserialize)]
struct Manifest {
    files: Vec<File>,
    icons: Vec<String>,
}

#[derive(serde::Deserialize)]
struct File {
    name: String,
    file: String,
    #[serde(rename = "type")]
    content_type: String,
    gzip: Option<String>,
}

fn main() {
    if let Err(sentence) = make() {
        println!("cargo::error={sentence}");
        exit(1);
    }
}

fn make() -> Result<(), String> {
    let root = env::var("CARGO_MANIFEST_DIR").map_err(|error| error.to_string())?;
    let dist = Path::new(&root).join("../../../assets/dist");
    let manifest_path = dist.join("manifest.json");
    println!("cargo::rerun-if-changed={}", manifest_path.display());
    let text = fs::read_to_string(&manifest_path).map_err(|_| {
        "The front-end assets are not built: assets/dist/manifest.json is missing. Run scripts/assets first.".to_owned()
    })?;
    let manifest: Manifest = serde_json::from_str(&text)
        .map_err(|error| format!("assets/dist/manifest.json is not understood ({error}). Run scripts/assets again."))?;
    let dist = dist.canonicalize().map_err(|error| error.to_string())?;
    let out = PathBuf::from(env::var("OUT_DIR").map_err(|error| error.to_string())?);
    fs::write(out.join("assets.rs"), table(&manifest.files, &dist)).map_err(|error| error.to_string())?;
    fs::write(out.join("icons.rs"), icons(&manifest.icons)).map_err(|error| error.to_string())
}

fn table(files: &[File], dist: &Path) -> String {
    let mut code = String::from("static ASSETS: &[Asset] = &[\n");
    for File { name, file, content_type, gzip } in files {
        let bytes = |file: &str| format!("include_bytes!({:?})", dist.join(file));
        let gzip = gzip.as_ref().map_or("None".to_owned(), |file| format!("Some({})", bytes(file)));
        let path = format!("/assets/{file}");
        let _ = writeln!(
            code,
            "    Asset {{ name: {name:?}, path: {path:?}, content_type: {content_type:?}, bytes: {}, gzip: {gzip} }},",
            bytes(file)
        );
    }
    code + "];\n"
}

fn icons(names: &[String]) -> String {
    let variant = |name: &str| name.split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect::<String>();
    let mut code = String::from(
        "/// An icon of the sprite. One that is missing is added to `assets/src/icons.txt`.\n\
         #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]\npub enum Icon {\n",
    );
    for name in names {
        let _ = writeln!(code, "    /// `{name}`.\n    {},", variant(name));
    }
    code += "}\n\nimpl Icon {\n    /// Every icon.\n    pub const ALL: &[Self] = &[\n";
    for name in names {
        let _ = writeln!(code, "        Self::{},", variant(name));
    }
    code += "    ];\n\n    /// The icon's name in the sprite.\n    pub const fn name(self) -> &'static str {\n        match self {\n";
    for name in names {
        let _ = writeln!(code, "            Self::{} => {name:?},", variant(name));
    }
    code + "        }\n    }\n}\n"
}
