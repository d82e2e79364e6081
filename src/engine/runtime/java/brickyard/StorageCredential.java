package brickyard;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.azurebfs.extensions.SASTokenProvider;

/**
 * Gives hadoop-azure a short-lived SAS that the workspace signs for this cluster: machines never hold an account key.
 * One answer serves all of a container until some minutes before it expires; then any thread that asks fetches the next.
 */
public final class StorageCredential implements SASTokenProvider {
  private static final Duration MARGIN = Duration.ofMinutes(5);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Pattern SAS = Pattern.compile("\"sas\"\\s*:\\s*\"([^\"\\\\]+)\"");
  private static final Pattern EXPIRY = Pattern.compile("\"expires_at\"\\s*:\\s*(?:\"([^\"]+)\"|(\\d+))");
  /** Shared by all file systems of this JVM: hadoop makes a provider for each. */
  private static final Map<String, Grant> GRANTS = new ConcurrentHashMap<>();

  private record Grant(String sas, Instant until) {
    boolean fresh(Duration margin) {
      return Instant.now().isBefore(until.minus(margin));
    }
  }

  @Override
  public void initialize(Configuration configuration, String account) throws IOException {}

  @Override
  public String getSASToken(String account, String container, String path, String operation) throws IOException {
    String name = account.replaceFirst("\\..*", "");
    String key = name + "/" + container;
    Grant known = GRANTS.get(key);
    if (known != null && known.fresh(MARGIN)) return known.sas;
    synchronized (GRANTS) {
      known = GRANTS.get(key);
      if (known != null && known.fresh(MARGIN)) return known.sas;
      Grant grant = fetch(name, container, known);
      GRANTS.put(key, grant);
      return grant.sas;
    }
  }

  /** The workspace may be restarting: keep asking for a while, and use what is left of the last grant first. */
  private static Grant fetch(String account, String container, Grant last) throws IOException {
    String query = "/api/2.0/brickyard/machine/storage-credential?account=" + encode(account) + "&container=" + encode(container);
    Instant deadline = Instant.now().plus(PATIENCE);
    for (long pause = 100; ; pause = Math.min(pause * 2, 5_000)) {
      try {
        return parse(Machine.get(query));
      } catch (IOException away) {
        boolean refused = away instanceof Machine.Refused no && no.status < 500 && no.status != 429;
        if (!refused && last != null && last.fresh(Duration.ofSeconds(30))) return last;
        if (refused || Instant.now().isAfter(deadline)) {
          throw new IOException("No credential for storage account " + account + ": " + away.getMessage(), away);
        }
      }
      try {
        Thread.sleep(pause);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IOException("Interrupted while asking for a storage credential", interrupted);
      }
    }
  }

  /** The answer is a flat object of ours, `{"sas", "expires_at"}`, whose strings need no escapes. */
  static Grant parse(String json) throws IOException {
    Matcher sas = SAS.matcher(json);
    Matcher expiry = EXPIRY.matcher(json);
    if (!sas.find() || !expiry.find()) throw new IOException("The workspace's storage credential cannot be read");
    Instant until = expiry.group(1) != null ? Instant.parse(expiry.group(1)) : Instant.ofEpochMilli(Long.parseLong(expiry.group(2)));
    String token = sas.group(1).replace("\\u0026", "&");
    return new Grant(token.startsWith("?") ? token.substring(1) : token, until);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
