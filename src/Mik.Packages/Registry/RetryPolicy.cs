using Mik.Packages.Remote;
using Polly;
using Polly.Retry;

namespace Mik.Packages.Registry;

/// <summary>Attempts what may pass again: with growing, jittered waits, or the wait that the server asks for.</summary>
internal sealed class RetryPolicy
{
    private readonly ResiliencePipeline _pipeline;

    /// <summary>Makes it by the settings.</summary>
    public RetryPolicy(RegistrySettings settings) => _pipeline = settings.Attempts <= 1
        ? ResiliencePipeline.Empty
        : new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = settings.Attempts - 1,
                Delay = settings.FirstDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = new PredicateBuilder().Handle<TransientException>(
                    exception => exception.RetryAfter is null || exception.RetryAfter <= settings.LongestDelay),
                DelayGenerator = arguments => ValueTask.FromResult((arguments.Outcome.Exception as TransientException)?.RetryAfter),
            })
            .Build();

    /// <summary>Runs it.</summary>
    /// <exception cref="PackageException">It failed for good, or too often.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
    {
        try
        {
            return await _pipeline.ExecuteAsync(async token => await attempt(token), cancellationToken);
        }
        catch (TransientException exception)
        {
            throw exception.Final();
        }
    }
}
