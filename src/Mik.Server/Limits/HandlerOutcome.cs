namespace Mik.Server.Limits;

/// <summary>What a request says about the health of its module.</summary>
internal enum HandlerOutcome
{
    /// <summary>Nothing: the guest did not run, or the client is to blame.</summary>
    Neutral,
    /// <summary>The guest answered, whatever it answered.</summary>
    Success,
    /// <summary>The guest trapped, gave no whole response, or was not done by the deadline.</summary>
    Failure,
}
