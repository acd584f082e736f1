using System.Buffers.Text;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdDefrag.Etcd.Net;

/// <summary>Certificates by their subject. They are decoded by OpenSSL, which takes long, only when
/// somebody asks for them.</summary>
internal sealed class CertificateIndex
{
    private const string Label = "CERTIFICATE";
    private readonly Dictionary<string, List<byte[]>> _bySubject = [];

    /// <summary>Those of the first of the files that can be read; none where none can.</summary>
    public static CertificateIndex OfFirstFile(IReadOnlyList<string> files)
    {
        var index = new CertificateIndex();
        _ = files.Any(index.TryAdd);
        return index;
    }

    /// <summary>Those of all files of the folders. What can't be read is left out, as by every TLS library.</summary>
    public static CertificateIndex OfFolders(IReadOnlyList<string> folders)
    {
        var index = new CertificateIndex();
        foreach (var file in folders.SelectMany(FilesOf))
        {
            index.TryAdd(file);
        }

        return index;
    }

    /// <summary>The certificates whose subject issued one of these, and the issuers of those.</summary>
    public IReadOnlyList<X509Certificate2> IssuersOf(IEnumerable<X509Certificate2> certificates)
    {
        var found = new List<X509Certificate2>();
        var asked = new HashSet<string>();
        var waiting = new Queue<X509Certificate2>(certificates);
        while (waiting.TryDequeue(out var certificate))
        {
            var issuer = Key(certificate.IssuerName.RawData);
            foreach (var bytes in asked.Add(issuer) ? _bySubject.GetValueOrDefault(issuer, []) : [])
            {
                if (TryLoad(bytes) is { } loaded)
                {
                    found.Add(loaded);
                    waiting.Enqueue(loaded);
                }
            }
        }

        return found;
    }

    private static string Key(ReadOnlySpan<byte> name) => Convert.ToBase64String(name);

    private static X509Certificate2? TryLoad(byte[] bytes)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(bytes);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>A folder's files, each once: beside most certificates there is a link, named by its
    /// hash, to the same folder.</summary>
    private static IEnumerable<string> FilesOf(string folder)
    {
        try
        {
            return [.. new DirectoryInfo(folder).EnumerateFiles().Where(static file => file.LinkTarget is not { } target
                || target.Contains('/', StringComparison.Ordinal)).Select(static file => file.FullName)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private bool TryAdd(string file)
    {
        byte[] text;
        try
        {
            text = File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }

        for (var rest = text.AsSpan(); PemEncoding.TryFindUtf8(rest, out var fields); rest = rest[fields.Location.End..])
        {
            if (System.Text.Ascii.Equals(rest[fields.Label], Label))
            {
                Add(rest[fields.Base64Data], fields.DecodedDataLength);
            }
        }

        return true;
    }

    private void Add(ReadOnlySpan<byte> base64, int length)
    {
        var bytes = new byte[length];
        try
        {
            _ = Base64.DecodeFromUtf8(base64, bytes, out _, out _);
            var subject = Key(SubjectOf(bytes).Span);
            if (_bySubject.TryGetValue(subject, out var others))
            {
                others.Add(bytes);
            }
            else
            {
                _bySubject.Add(subject, [bytes]);
            }
        }
        catch (AsnContentException)
        {
            // no certificate
        }
    }

    /// <remarks>Source: RFC 5280 section 4.1, TBSCertificate.</remarks>
    private static ReadOnlyMemory<byte> SubjectOf(byte[] certificate)
    {
        var body = new AsnReader(certificate, AsnEncodingRules.BER).ReadSequence().ReadSequence();
        if (body.PeekTag().HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, 0)))
        {
            body.ReadEncodedValue(); // version
        }

        body.ReadEncodedValue(); // serial number
        body.ReadEncodedValue(); // signature
        body.ReadEncodedValue(); // issuer
        body.ReadEncodedValue(); // validity
        return body.ReadEncodedValue();
    }
}
