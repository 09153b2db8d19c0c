// The same as json.js for workerd.
export default {
  async fetch(request) {
    return Response.json({ hello: 'world', path: new URL(request.url).pathname });
  },
};
