export function SymbolPage({ symbol }: { readonly symbol: string }) {
  return <section className="panel">{symbol}</section>;
}
