package brickyard;

/** Finds the classes of Scala cells, whichever context's they are: their packages are `$line<number>`, and a number tells the context. */
final class ReplClasses extends ClassLoader {
  ReplClasses(ClassLoader parent) {
    super(parent);
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    Repl repl = name.startsWith("$line") ? Repl.ofClass(name) : null;
    if (repl == null) throw new ClassNotFoundException(name);
    return repl.classes().loadClass(name);
  }
}
