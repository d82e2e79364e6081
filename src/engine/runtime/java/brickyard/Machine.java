package brickyard;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.apache.hadoop.security.UserGroupInformation;

/** What this machine knows from its boot script, and how it asks its workspace. */
final class Machine {
  private static volatile SSLContext trust;

  private Machine() {}

  /** GET on the workspace with the cluster's token. The token is read each time: it may be replaced while we run. */
  static String get(String pathAndQuery) throws IOException {
    URI uri = URI.create(setting("BRICKYARD_WORKSPACE_URL") + pathAndQuery);
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    if (connection instanceof HttpsURLConnection secure) secure.setSSLSocketFactory(trust().getSocketFactory());
    connection.setConnectTimeout(5_000);
    connection.setReadTimeout(15_000);
    connection.setRequestProperty("Authorization", "Bearer " + Files.readString(Path.of(setting("BRICKYARD_TOKEN_FILE"))).strip());
    int status = connection.getResponseCode();
    try (InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      String text = body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8);
      if (status < 300) return text;
      throw new Refused(status, "The workspace answered " + status + ": " + text.substring(0, Math.min(500, text.length())));
    }
  }

  /** An answer that says no; anything else thrown by `get` means that the workspace was not reached. */
  static final class Refused extends IOException {
    final int status;

    Refused(int status, String message) {
      super(message);
      this.status = status;
    }
  }

  /**
   * Before Spark starts: the workspace's authority is trusted by everything in this JVM, beside the public ones, and Hadoop has a user.
   * (It would ask the system for one, which fails where a machine's uid has no name.)
   */
  static void install() throws IOException {
    SSLContext.setDefault(trust());
    UserGroupInformation.setLoginUser(UserGroupInformation.createRemoteUser("brickyard"));
  }

  private static String setting(String name) throws IOException {
    String value = System.getenv(name);
    if (value == null || value.isEmpty()) throw new IOException(name + " is not set on this machine");
    return value;
  }

  private static SSLContext trust() throws IOException {
    SSLContext known = trust;
    if (known != null) return known;
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Both(managerOf(null), managerOf(authority()))}, null);
      return trust = context;
    } catch (java.security.GeneralSecurityException problem) {
      throw new IOException("This machine's authority file cannot be used", problem);
    }
  }

  private static KeyStore authority() throws IOException, java.security.GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    String file = System.getenv("BRICKYARD_CA_FILE");
    if (file == null || file.isEmpty()) return store;
    try (InputStream pem = Files.newInputStream(Path.of(file))) {
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        store.setCertificateEntry("ca-" + store.size(), one);
      }
    }
    return store;
  }

  private static X509TrustManager managerOf(KeyStore store) throws java.security.GeneralSecurityException {
    TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return (X509TrustManager) factory.getTrustManagers()[0];
  }

  private record Both(X509TrustManager first, X509TrustManager second) implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
      first.checkClientTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
      try {
        second.checkServerTrusted(chain, type);
      } catch (CertificateException | RuntimeException notOurs) {
        first.checkServerTrusted(chain, type);
      }
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return first.getAcceptedIssuers();
    }
  }
}
