using System.Net;
using System.Text;
using Mik.Testing;

namespace Mik.EndToEnd.Tests;

/// <summary>The sample of scripts with real handlers behind it.</summary>
public sealed class SampleTests
{
    [Fact]
    public async Task Checkout_EveryScript_AnswersAsItsDocumentSays()
    {
        await using var mik = await MikProcess.ServeAsAsync([RepositoryRoot.Combine("samples", "checkout"), "--port", "0"]);
        using var client = mik.NewClient();

        Assert.Equal((HttpStatusCode.Created, """{"orderId":"123"}"""), await PostAsync(client, "checkout", """{"token": "abc", "items": [{"sku": "123"}]}"""));
        Assert.Equal((HttpStatusCode.Unauthorized, """{"type":"about:blank","title":"Unauthorized","status":401}"""), await PostAsync(client, "checkout", """{"token": ""}"""));
        Assert.Equal((HttpStatusCode.OK, """{"available":true,"price":9.5}"""), await PostAsync(client, "product", """{"sku": "1"}"""));
        Assert.Equal((HttpStatusCode.OK, """{"id":"user-1"}"""), await PostAsync(client, "login", """{"token":"x"}"""));
        using var test = await client.GetAsync("/script/checkout.test");
        Assert.Equal(HttpStatusCode.NotFound, test.StatusCode);
        Assert.Contains("/script/checkout", mik.Output, StringComparison.Ordinal);
    }

    private static async Task<(HttpStatusCode Status, string Body)> PostAsync(HttpClient client, string script, string json)
    {
        using var response = await client.PostAsync($"/script/{script}", new StringContent(json, Encoding.UTF8, "application/json"));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
