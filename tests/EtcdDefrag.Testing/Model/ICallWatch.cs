namespace EtcdDefrag.Testing.Model;

/// <summary>Sees every call as the tool makes it and as it ends for the tool.</summary>
public interface ICallWatch
{
    void Sent(ModelCall call);

    void Settled(ModelCall call);
}
