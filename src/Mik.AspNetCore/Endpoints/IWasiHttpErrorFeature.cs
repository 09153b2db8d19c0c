namespace Mik.AspNetCore.Endpoints;

/// <summary>Why a component gave no whole response. The endpoint sets it beside the status, and leaves the body to the program's middleware.</summary>
public interface IWasiHttpErrorFeature
{
    /// <summary>What kind of failure it was.</summary>
    WasiHttpError Error { get; }

    /// <summary>What failed, if that was an exception: a <see cref="Mik.Wasm.Execution.Trap"/> among others.</summary>
    Exception? Exception { get; }

    /// <summary>A sentence about it. It names nothing of the guest's data.</summary>
    string Detail { get; }
}

/// <summary>What kind of failure kept a component from answering.</summary>
public enum WasiHttpError
{
    /// <summary>The component cannot be loaded (500).</summary>
    NotLoaded,
    /// <summary>The guest trapped (500).</summary>
    Trap,
    /// <summary>The guest gave no response, or broke it off (502).</summary>
    NoResponse,
    /// <summary>The guest's response is none that HTTP allows (502).</summary>
    InvalidResponse,
    /// <summary>The guest answered with an error code, which has the status.</summary>
    ErrorCode,
    /// <summary>The deadline passed (504).</summary>
    Deadline,
    /// <summary>The client went away (499).</summary>
    ClientGone,
    /// <summary>The client's body breaks the protocol, or a limit of the server; the status is the server's.</summary>
    RequestBody,
    /// <summary>The host itself failed (500).</summary>
    Host,
}

/// <summary>The feature.</summary>
internal sealed record WasiHttpErrorFeature(WasiHttpError Error, string Detail, Exception? Exception = null) : IWasiHttpErrorFeature;
