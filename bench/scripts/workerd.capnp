using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker", esModule = embed "worker.js")],
      bindings = [(name = "pricing", service = "pricing"), (name = "inventory", service = "inventory"), (name = "orders", service = "orders")],
      compatibilityDate = "2024-01-01")),
    (name = "pricing", worker = (modules = .handler, bindings = [(name = "answer", json = "{\"price\":9.5}")], compatibilityDate = "2024-01-01")),
    (name = "inventory", worker = (modules = .handler, bindings = [(name = "answer", json = "{\"quantity\":3}")], compatibilityDate = "2024-01-01")),
    (name = "orders", worker = (modules = .handler, bindings = [(name = "answer", json = "{\"orderId\":\"123\"}")], compatibilityDate = "2024-01-01")),
  ],
  sockets = [(name = "http", address = "127.0.0.1:4032", http = (), service = "main")],
);
const handler :List(Workerd.Worker.Module) = [(name = "handler", esModule = embed "handler.js")];
