using System.Net.Http.Headers;
using System.Text;

namespace Mik.Packages.Registry;

/// <summary>Who the user is to a registry.</summary>
/// <param name="UserName">The name; <c>&lt;token&gt;</c> when only an identity token is known.</param>
/// <param name="Secret">The password or the identity token.</param>
/// <param name="IsIdentityToken">Whether the secret is a refresh token of the registry's token server.</param>
internal sealed record Credentials(string UserName, string Secret, bool IsIdentityToken = false)
{
    /// <summary>Where they were found, for messages.</summary>
    public string Origin { get; init; } = "";

    /// <summary>The header of the basic scheme.</summary>
    public AuthenticationHeaderValue ToBasic() => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{UserName}:{Secret}")));

    /// <inheritdoc/>
    public override string ToString() => $"{UserName}:***";
}
