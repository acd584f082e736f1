using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdDefrag.Etcd.Net;

/// <summary>Reads certificates and keys, and says in words what is wrong with a file.</summary>
internal static class PemFiles
{
    // Chosen: the system bundle of a distribution has 0.2-0.5 MB.
    private const long MaxFileBytes = 16 * 1024 * 1024;

    /// <summary>Reads the CA certificates to trust.</summary>
    /// <exception cref="ConnectionOptionsException">There are none.</exception>
    public static X509Certificate2Collection ReadRoots(string path) =>
        ReadCertificates("--cacert", path, ReadText("--cacert", path));

    /// <summary>Reads our certificate, the intermediate ones that follow it in its file, and our key.</summary>
    /// <returns>Null where neither is named.</returns>
    /// <exception cref="ConnectionOptionsException">One is missing, or they don't belong together.</exception>
    public static SslStreamCertificateContext? ReadIdentity(string? certFile, string? keyFile)
    {
        if (certFile is null && keyFile is null)
        {
            return null;
        }

        if (certFile is null || keyFile is null)
        {
            // etcd's own words (client/pkg/transport/listener.go), so that they can be found.
            throw new ConnectionOptionsException(
                certFile is null ? "--cert" : "--key",
                $"KeyFile and CertFile must both be present[key: {keyFile}, cert: {certFile}]: give --cert and --key together");
        }

        var certText = ReadText("--cert", certFile);
        var keyText = ReadText("--key", keyFile);
        var chain = ReadCertificates("--cert", certFile, certText);
        var leaf = Join(certFile, certText, keyFile, keyText, chain[0]);
        chain.RemoveAt(0);
        return SslStreamCertificateContext.Create(leaf, chain, offline: true);
    }

    private static X509Certificate2 Join(string certFile, string certText, string keyFile, string keyText, X509Certificate2 leaf)
    {
        if (keyText.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            throw new ConnectionOptionsException(
                "--key", $"the key in \"{keyFile}\" is encrypted with a passphrase, which etcd's tools do not take; decrypt it: openssl pkey -in {keyFile} -out plain.key");
        }

        if (!keyText.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw new ConnectionOptionsException("--key",
                $"\"{keyFile}\" holds no private key in PEM form (-----BEGIN ... PRIVATE KEY-----)");
        }

        if (leaf.GetKeyAlgorithm() is "1.3.101.112" or "1.3.101.113")
        {
            throw new ConnectionOptionsException("--cert",
                $"the certificate in \"{certFile}\" has an Ed25519 or Ed448 key, which is not supported; use an ECDSA or RSA key");
        }

        try
        {
            return X509Certificate2.CreateFromPem(certText, keyText);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new ConnectionOptionsException(
                "--key",
                $"the key in \"{keyFile}\" does not belong to the certificate \"{leaf.Subject}\" in \"{certFile}\", or is damaged; compare: "
                + $"openssl x509 -noout -pubkey -in {certFile}; openssl pkey -pubout -in {keyFile}",
                e);
        }
    }

    private static X509Certificate2Collection ReadCertificates(string flag, string path, string text)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(text);
        }
        catch (CryptographicException e)
        {
            throw new ConnectionOptionsException(flag, $"a certificate in \"{path}\" is damaged and can't be read", e);
        }

        if (certificates.Count > 0)
        {
            return certificates;
        }

        throw new ConnectionOptionsException(
            flag,
            text.Contains("PRIVATE KEY-----", StringComparison.Ordinal)
                ? $"\"{path}\" holds a private key, not a certificate; are two files mixed up?"
                : $"\"{path}\" holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)");
    }

    private static string ReadText(string flag, string path)
    {
        if (path.Length == 0)
        {
            throw new ConnectionOptionsException(flag, $"empty string is passed to {flag} option");
        }

        try
        {
            if (Directory.Exists(path))
            {
                throw new ConnectionOptionsException(flag, $"\"{path}\" is a directory; name the file");
            }

            if (new FileInfo(path) is { Exists: true, Length: > MaxFileBytes })
            {
                throw new ConnectionOptionsException(flag, $"\"{path}\" is too large for a PEM file");
            }

            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ConnectionOptionsException(flag, $"the file \"{path}\" does not exist", e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException)
        {
            throw new ConnectionOptionsException(flag, $"this user may not read the file \"{path}\"", e);
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            throw new ConnectionOptionsException(flag, $"the file \"{path}\" can't be read", e);
        }
    }
}
