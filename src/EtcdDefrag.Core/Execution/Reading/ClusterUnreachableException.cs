namespace EtcdDefrag.Core.Execution.Reading;

/// <summary>No endpoint that the user named let us read the member list.</summary>
#pragma warning disable CA1032, CA1064 // made and caught in here only, always with its message
internal sealed class ClusterUnreachableException(string message, bool onlyLearners = false) : Exception(message)
{
    /// <summary>Whether all that was named are learners, which answer, but neither list members nor
    /// can be defragmented.</summary>
    public bool OnlyLearners => onlyLearners;
}
