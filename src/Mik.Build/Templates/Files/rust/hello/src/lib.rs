wit_bindgen::generate!({ world: "app", path: "wit" });

use exports::mik::core::handler::{Guest, RequestData, Response};
use mik::core::client;

struct App;

impl Guest for App {
    /// Called for each request, in a fresh instance: statics start anew every time.
    fn handle(request: RequestData) -> Response {
        match request.path.as_str() {
            "/upstream" => upstream(),
            path => text(200, format!("Hello from {{name}}! You asked for {path}.\n").into_bytes()),
        }
    }
}

/// Asks another server, which http_allowed of mik.toml lists, and passes its answer on.
fn upstream() -> Response {
    let request = client::Request {
        method: "GET".into(),
        url: "http://127.0.0.1:3000/health/live".into(),
        headers: vec![],
        body: None,
    };
    match client::send(&request) {
        Ok(answer) => text(answer.status, answer.body),
        Err(why) => text(502, why.into_bytes()),
    }
}

fn text(status: u16, body: Vec<u8>) -> Response {
    Response { status, headers: vec![("content-type".into(), "text/plain".into())], body: Some(body) }
}

export!(App);
