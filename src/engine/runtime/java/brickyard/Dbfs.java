package brickyard;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/** `dbfs:/path` is `/path` on the root storage (`fs.defaultFS`). */
public final class Dbfs extends FileSystem {
  private static final URI NAME = URI.create("dbfs:/");
  private FileSystem root;
  private Path working = new Path("dbfs:/");

  @Override
  public void initialize(URI name, Configuration configuration) throws IOException {
    super.initialize(name, configuration);
    setConf(configuration);
    root = FileSystem.get(configuration);
  }

  @Override
  public String getScheme() {
    return "dbfs";
  }

  @Override
  public URI getUri() {
    return NAME;
  }

  private Path there(Path path) {
    return root.makeQualified(new Path(new Path(working, path).toUri().getPath()));
  }

  private static FileStatus here(FileStatus status) {
    status.setPath(new Path("dbfs", null, status.getPath().toUri().getPath()));
    return status;
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    return root.open(there(path), bufferSize);
  }

  @Override
  public FSDataOutputStream create(Path path, FsPermission permission, boolean overwrite, int bufferSize, short replication, long blockSize, Progressable progress) throws IOException {
    return root.create(there(path), permission, overwrite, bufferSize, replication, blockSize, progress);
  }

  @Override
  public FSDataOutputStream append(Path path, int bufferSize, Progressable progress) throws IOException {
    return root.append(there(path), bufferSize, progress);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    return root.rename(there(from), there(to));
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    return root.delete(there(path), recursive);
  }

  @Override
  public FileStatus[] listStatus(Path path) throws FileNotFoundException, IOException {
    FileStatus[] found = root.listStatus(there(path));
    for (FileStatus status : found) here(status);
    return found;
  }

  @Override
  public void setWorkingDirectory(Path path) {
    working = makeQualified(path);
  }

  @Override
  public Path getWorkingDirectory() {
    return working;
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) throws IOException {
    return root.mkdirs(there(path), permission);
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    return here(root.getFileStatus(there(path)));
  }
}
