// A handler for workerd: reads its request and answers with what it was given.
export default {
  async fetch(request, env) {
    await request.text();
    return Response.json(env.answer);
  },
};
