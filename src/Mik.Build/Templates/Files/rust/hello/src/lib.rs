wit_bindgen::generate!({ world: "app", path: "wit" });

use exports::mik::core::handler::{Guest, RequestData, Response};

struct App;

impl Guest for App {
    /// Called for each request, in a fresh instance: statics start anew every time.
    fn handle(request: RequestData) -> Response {
        Response {
            status: 200,
            headers: vec![("content-type".into(), "text/plain".into())],
            body: Some(format!("Hello from {{name}}! You asked for {}.\n", request.path).into_bytes()),
        }
    }
}

export!(App);
